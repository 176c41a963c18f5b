"""Who may use the operator API: the user pool with its people and machines, and the roles that both can have."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, Fn, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.console_configuration import TOKEN, Issuer, sign_in
from infra.settings import Settings
from shared.resources import RESOURCE_SERVER, ROLES, Role

MAY: dict[Role, str] = {
    "viewer": "May look at everything",
    "operator": "May also act on stations, tokens and calls",
    "admin": "May also create and remove stations and change what lets them in",
}
TOKEN_VALIDITY = Duration.hours(1)


class Users(Construct):
    """A user pool without sign-up. People have the role of their group; machines, if the stage lets any in, that of
    the scope they ask a token for."""

    def __init__(self, scope: Construct, id: str, *, console_url: str, settings: Settings) -> None:
        super().__init__(scope, id)
        self.pool = self._pool(settings)
        for precedence, role in enumerate(reversed(ROLES), start=1):
            cognito.CfnUserPoolGroup(
                self,
                role.title(),
                user_pool_id=self.pool.user_pool_id,
                group_name=role,
                description=MAY[role],
                precedence=precedence,
            )
        self.people = self._people(console_url)
        scopes = self._scopes()
        allowed = scopes[: ROLES.index(settings.machine_role) + 1] if settings.machine_role else []
        self.machine = self._machine(allowed) if allowed else None
        self._domain(settings)
        self.token_url = sign_in_url(settings) + TOKEN
        self.sign_in = sign_in(
            sign_in_url(settings), Issuer(self.pool.user_pool_provider_url, self.people.user_pool_client_id)
        )

    @property
    def client_ids(self) -> list[str]:
        """For whom a token must be made that the API takes."""
        return [client.user_pool_client_id for client in (self.people, self.machine) if client]

    def _pool(self, settings: Settings) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_digits=True, require_lowercase=True, require_uppercase=True, require_symbols=True
            ),
            deletion_protection=settings.keep_data,
            removal_policy=RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY,
        )
        acknowledge(
            pool,
            {
                "AwsSolutions-COG2": "Every user can turn on a second factor; operators' scripts sign in here as well.",
                "AwsSolutions-COG8": "The plus plan costs per user and month; nobody can sign up for an account here.",
            },
        )
        return pool

    def _people(self, console_url: str) -> cognito.UserPoolClient:
        return self.pool.add_client(
            "Client",
            # The console and scripts prove a password by SRP; with AWS credentials of the account, directly.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                # None of ours: people have the role of their group, whatever scope they ask for.
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[console_url],
                logout_urls=[console_url],
            ),
            access_token_validity=TOKEN_VALIDITY,
            id_token_validity=TOKEN_VALIDITY,
            refresh_token_validity=Duration.days(7),
            # Who signs out ends what would renew the token.
            enable_token_revocation=True,
            prevent_user_existence_errors=True,
        )

    def _scopes(self) -> list[cognito.OAuthScope]:
        """What a machine can be allowed to ask for, in the order of the roles."""
        scopes = [cognito.ResourceServerScope(scope_name=role, scope_description=MAY[role]) for role in ROLES]
        server = self.pool.add_resource_server("Api", identifier=RESOURCE_SERVER, scopes=scopes)
        return [cognito.OAuthScope.resource_server(server, one) for one in scopes]

    def _machine(self, scopes: Sequence[cognito.OAuthScope]) -> cognito.UserPoolClient:
        return self.pool.add_client(
            "Machine",
            generate_secret=True,
            # Nobody signs in here with a password.
            auth_flows=cognito.AuthFlow(user_srp=False),
            o_auth=cognito.OAuthSettings(flows=cognito.OAuthFlows(client_credentials=True), scopes=scopes),
            access_token_validity=TOKEN_VALIDITY,
        )

    def _domain(self, settings: Settings) -> None:
        """Where people sign in and tokens are had, with Cognito's pages as they are."""
        domain = self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=_prefix(settings)),
            managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
        )
        # Without a style, though it be Cognito's own, a client has no such pages.
        style = cognito.CfnManagedLoginBranding(
            self,
            "Style",
            user_pool_id=self.pool.user_pool_id,
            client_id=self.people.user_pool_client_id,
            use_cognito_provided_values=True,
        )
        style.node.add_dependency(domain)


def sign_in_url(settings: Settings) -> str:
    """The user pool's domain, without a slash at the end."""
    return f"https://{_prefix(settings)}.auth.{Aws.REGION}.amazoncognito.com"


def _prefix(settings: Settings) -> str:
    """What the domain begins with. It must be nobody else's in the region, hence a part of the stack's id."""
    unique = Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
    return f"{RESOURCE_SERVER}-{settings.stage}-{unique}"
