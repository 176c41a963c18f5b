"""The user pool: its clients, its groups, and where machines ask for tokens."""

from local.identity import client
from local.resources.loading import Loading, Properties, accepted, makes
from local.template import Physical, Resource


@makes("AWS::Cognito::UserPool")
def user_pool(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("UserPoolName") or loading.physical_name(resource, 128)
    given = accepted("cognito-idp", "CreateUserPool", properties) | {"PoolName": name}
    pool = client("cognito-idp").create_user_pool(**given)["UserPool"]
    return Physical(pool["Id"], {"Arn": pool["Arn"], "UserPoolId": pool["Id"]})


@makes("AWS::Cognito::UserPoolClient")
def user_pool_client(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("ClientName") or loading.physical_name(resource, 128)
    given = accepted("cognito-idp", "CreateUserPoolClient", properties) | {"ClientName": name}
    made = client("cognito-idp").create_user_pool_client(**given)["UserPoolClient"]
    return Physical(made["ClientId"], {"ClientId": made["ClientId"]})


@makes("AWS::Cognito::UserPoolGroup")
def user_pool_group(_: Loading, resource: Resource, properties: Properties) -> Physical:
    client("cognito-idp").create_group(**accepted("cognito-idp", "CreateGroup", properties))
    return Physical(properties.get("GroupName", resource.logical_id))


@makes("AWS::Cognito::UserPoolResourceServer")
def resource_server(_: Loading, __: Resource, properties: Properties) -> Physical:
    given = accepted("cognito-idp", "CreateResourceServer", properties)
    return Physical(client("cognito-idp").create_resource_server(**given)["ResourceServer"]["Identifier"])


@makes("AWS::Cognito::UserPoolDomain")
def user_pool_domain(_: Loading, __: Resource, properties: Properties) -> Physical:
    """The name exists, but nothing answers there; local.token_endpoint does instead."""
    client("cognito-idp").create_user_pool_domain(**accepted("cognito-idp", "CreateUserPoolDomain", properties))
    return Physical(properties["Domain"])
