# make run    install, train, start everything, say where to look
# make test   everything the tests need, then the tests
.PHONY: run test install check bench screenshots lock clean

run: install
	@.venv/bin/python -m bot serve

test: install
	@scripts/test

install:
	@scripts/install

check: install            # lint and types
	@scripts/check

bench: install            # timing beside Rasa's stock pipeline
	@.venv/bin/python -m benchmarks.stock_comparison

screenshots: install      # docs/screenshots from the running pages
	@IOP_SCREENSHOTS=1 scripts/test tests/e2e

lock:                     # after a change of the dependencies in pyproject.toml
	@scripts/lock

clean:
	@rm -rf .venv models var .rasa
