"""The policy: what each clock may take, its versions, and the page that edits them."""
