"""`python -m local`, which is `make run`."""

import sys

from local import service_models

if __name__ == "__main__":
    service_models.keep_little()
    from local.program import main  # after what moto reads when it is imported is made small

    sys.exit(main())
