"""Notice sheets of services (一次告知单): kept by departments, found at the desk, cited by answers, mended when they are wrong."""
