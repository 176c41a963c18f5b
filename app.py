"""What CDK starts: `cdk synth -c stage=dev`, or `python app.py` without the command line."""

from infra.application import application

if __name__ == "__main__":
    application().synth()
