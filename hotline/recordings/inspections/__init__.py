"""Quality inspection (质检): samples of calls and of departments' replies, forms as data, two inspectors, objections (rulebook §9)."""
