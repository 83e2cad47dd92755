"""The rights of the person concerned: access to what is held of them, and its erasure.

Enters: a request, and by what the person is known. Leaves: an answer for them (GDPR, articles 15
and 20), or rows and values deleted wherever they name them (article 17). Must hold: nobody is
looked for before a second person agreed, where one is asked for; the list of requests holds no
identifier in the clear, and none at all once a request is over; what cannot be found is said.
"""
