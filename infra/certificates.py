"""Certificates: who signs those of stations, who provides those of contracts, and the function that has them issued."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra import dead_letters
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.settings import Settings
from shared.catalog import BY_NAME, SENDING_READS, SENDING_WRITES

EMBEDDED = "embedded"
REQUESTED = "certificate.requested"
EVERY_DAYS = 1


class Authority(Construct):
    """The certificate authority and the provider of contracts that a stage has chosen, as functions know them."""

    def __init__(self, scope: Construct, id: str, settings: Settings) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._key = self._make_key() if settings.certificate_authority == EMBEDDED else None

    def _make_key(self) -> kms.Key:
        """What the embedded authority signs with: 1 USD a month, and 0.15 for 10,000 signatures."""
        key = kms.Key(
            self,
            "Key",
            description="Signs the certificates of charging stations",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            # Without it nothing that it has signed can be renewed or revoked.
            removal_policy=RemovalPolicy.RETAIN if self._settings.keep_data else RemovalPolicy.DESTROY,
        )
        acknowledge(key, {"AwsSolutions-KMS5": "KMS does not rotate asymmetric keys."})
        return key

    @property
    def environment(self) -> Mapping[str, str]:
        """What functions are told of them."""
        return {
            "CERTIFICATE_AUTHORITY": self._key.key_arn if self._key else self._settings.certificate_authority,
            "CONTRACT_CERTIFICATES": self._settings.contract_certificates,
            "PAYMENT_PROVIDER": self._settings.payment_provider,
            "VAT_REGISTER": self._settings.vat_register,
            "PRIVATE_HOSTS": "off",
        }

    @property
    def signing(self) -> Sequence[iam.PolicyStatement]:
        """Sign with the embedded authority's key; nothing where there is none."""
        if self._key is None:
            return []
        return [iam.PolicyStatement(actions=["kms:GetPublicKey", "kms:Sign"], resources=[self._key.key_arn])]

    @property
    def asking(self) -> Sequence[iam.PolicyStatement]:
        """Have certificates signed: by the key, or by the operator's function."""
        return [*self.signing, *_invoking(self._settings.certificate_authority)]

    @property
    def contracts(self) -> Sequence[iam.PolicyStatement]:
        """Ask the operator's provider of contracts."""
        return _invoking(self._settings.contract_certificates)

    @property
    def payments(self) -> Sequence[iam.PolicyStatement]:
        """Ask the operator's payment provider."""
        return _invoking(self._settings.payment_provider)

    def rights_of(self, action: str) -> Sequence[iam.PolicyStatement]:
        """What the function of an action that stations send needs of them."""
        if action in ("GetCertificateStatus", "GetCertificateChainStatus"):
            return self.signing
        if action == "NotifySettlement":
            return self.payments
        return self.contracts if action == "Get15118EVCertificate" else []


class Certificates(Construct):
    """The function that takes requests for certificates from the bus, and looks once a day at what expires."""

    def __init__(self, scope: Construct, id: str, *, functions: Functions, authority: Authority) -> None:
        super().__init__(scope, id)
        data = functions.data
        bringing = BY_NAME["CertificateSigned"]
        function = functions.make(
            self,
            "IssueCertificates",
            "functions.bus.issue_certificates.handler",
            reads=(*SENDING_READS, *bringing.reads, "ISSUED_CERTIFICATE"),
            writes=(*SENDING_WRITES, *bringing.writes, "ISSUED_CERTIFICATE", "EVENT"),
            sends=True,
            more=[*authority.asking, dead_letters.leave(data)],
            timeout_s=60,
        )
        self.function = function
        target = dead_letters.attended(function, data)
        events.Rule(
            function,
            "Requested",
            event_bus=data.bus,
            event_pattern=events.EventPattern(source=["idlewatt"], detail_type=[REQUESTED]),
            targets=[target],
        )
        events.Rule(
            function,
            "Expiring",
            schedule=events.Schedule.rate(Duration.days(EVERY_DAYS)),
            targets=[target],
        )


def _invoking(arn: str) -> Sequence[iam.PolicyStatement]:
    if ":lambda:" not in arn:
        return []
    return [iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn])]
