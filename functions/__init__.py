"""What Lambda runs: a file is a function."""

import gc

# Nothing that an import makes is garbage, and looking for some costs a start a tenth of its time. What a message leaves
# behind is nearly all freed by its reference counts.
gc.set_threshold(10_000)
