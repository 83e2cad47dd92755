"""What the API takes and gives, as JSON. The only pydantic models of the server.

Every model carries an example; unknown keys in a request are refused.
"""
