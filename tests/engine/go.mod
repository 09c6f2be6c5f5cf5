module sockeye/tests/engine

go 1.26.4
