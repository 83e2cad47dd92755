# The commands everyone relies on. Only Python 3.11+ and make are assumed.
PYTHON ?= python3
BIN := .venv/bin
PROTOS := $(wildcard proto/reticent_contract/v1/*.proto)

.PHONY: generate

generate:  ## the code that protoc makes from proto/
	cd proto && ../$(BIN)/python -m grpc_tools.protoc -I. --plugin=protoc-gen-mypy=../$(BIN)/protoc-gen-mypy \
	  --plugin=protoc-gen-mypy_grpc=../$(BIN)/protoc-gen-mypy_grpc --python_out=. --grpc_python_out=. \
	  --mypy_out=. --mypy_grpc_out=. $(patsubst proto/%,%,$(PROTOS))
