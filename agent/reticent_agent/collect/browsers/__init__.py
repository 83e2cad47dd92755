"""Sites visited, out of the browsers' own history databases; the same on every operating system.

Enters: the homes of people, and what the policy asks for. Leaves: rows of `site_visit`, reduced
here, before anything else sees them. Must hold: a browser is never disturbed (it is a copy that is
read); a copy lies in memory where the system has a place for it, and is gone after the reading;
what happened before the policy asked, or before the person agreed, is not told.

In the order of the data: `people` whose homes there are, `places` in them, `private_copy` of a
database, `history` out of it, `reduce` to what is asked for, `source` that follows all of them,
woken by `watching`.
"""
