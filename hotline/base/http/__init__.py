"""HTTP: routes, requests, answers, pages, live news, problems."""
