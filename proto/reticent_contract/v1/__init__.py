"""Version 1 of the wire: protobuf messages and the code generated from them."""
