"""The second person: what somebody may do only after another has agreed.

Enters: what an account wants to do, exactly, and why. Leaves: leave to do just that, a few times,
for a while, to that account. Must hold: nobody agrees to their own request; an approval is for one
subject, known by its digest, and is used up in the transaction that records its use; every step is
in the audit trail, also where the configuration asks for no second person.

`kinds` names what there is, `settings` what the operator says of it, `service` does it.
"""
