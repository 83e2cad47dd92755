"""What only root may see, asked of a small helper that runs as root.

Enters: one question of a fixed list, without arguments. Leaves: a bounded list of records of text.
Must hold: the helper takes nothing from its caller but the name of a question, answers nobody but
the agent's user and root, opens no network, writes nothing, and needs nothing but the standard
library.

A question is a function over file root and command runner. The collector tries it with the agent's
own rights first; only where these do not suffice is the helper asked, which runs the very same
function (`collect.linux.root_only`).
"""
