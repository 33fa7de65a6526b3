"""HTTP as every package writes it: routes, requests, answers, pages, live news, problems."""
