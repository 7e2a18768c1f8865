"""The virtual environment in .venv, with what requirements.txt and its companions pin."""
