"""Benchmarks: `script/bench [NAME ...]` prints one JSON object a line. Each checks what it wrote."""
