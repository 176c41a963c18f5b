"""A small template in the shape that CDK synthesises, for tests of the local system."""

from collections.abc import Mapping
from typing import Any

from local.template import Stack, stack

HANDLERS = "tests.integration.local_handlers"
_REGION = {"Ref": "AWS::Region"}


def function(handler: str, **more: Any) -> dict[str, Any]:
    """A function that runs a handler of tests/integration/local_handlers.py."""
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": f"{HANDLERS}.{handler}",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Environment": {
                "Variables": {
                    "TABLE_NAME": {"Ref": "Table"},
                    "CONNECTIONS_URL": {
                        "Fn::Join": [
                            "",
                            ["https://", {"Ref": "SocketApi"}, ".execute-api.", _REGION, ".amazonaws.com/test"],
                        ]
                    },
                    "SECRET": {
                        "Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]
                    },
                    "ONBOARDING": "closed",
                }
            },
            **more,
        },
    }


def route(key: str, function_id: str, *, responds: bool = False, authorizer: str = "") -> dict[str, Any]:
    """A route of the WebSocket API with its integration and perhaps its response."""
    name = "".join(letter for letter in key if letter.isalnum())
    arn = {"Fn::GetAtt": [function_id, "Arn"]}
    path = ["arn:aws:apigateway:", _REGION, ":lambda:path/2015-03-31/functions/", arn, "/invocations"]
    resources: dict[str, Any] = {
        f"{name}Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "SocketApi"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::Join": ["", path]},
            },
        },
        f"{name}Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "SocketApi"},
                "RouteKey": key,
                "Target": {"Fn::Join": ["", ["integrations/", {"Ref": f"{name}Integration"}]]},
                **({"RouteResponseSelectionExpression": "$default"} if responds else {}),
                **({"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": authorizer}} if authorizer else {}),
            },
        },
    }
    if responds:
        resources[f"{name}Response"] = {
            "Type": "AWS::ApiGatewayV2::RouteResponse",
            "Properties": {
                "ApiId": {"Ref": "SocketApi"},
                "RouteId": {"Ref": f"{name}Route"},
                "RouteResponseKey": "$default",
            },
        }
    return resources


def http_route(key: str, function_id: str, *, guarded: bool = False) -> dict[str, Any]:
    """A route of the HTTP API with its integration."""
    name = "Http" + "".join(letter for letter in key if letter.isalnum())
    return {
        f"{name}Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "HttpApi"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": [function_id, "Arn"]},
                "PayloadFormatVersion": "2.0",
            },
        },
        f"{name}Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "HttpApi"},
                "RouteKey": key,
                "Target": {"Fn::Join": ["", ["integrations/", {"Ref": f"{name}Integration"}]]},
                **({"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "Users"}} if guarded else {}),
            },
        },
    }


def basis() -> dict[str, Any]:
    """What every template here has: table, secret, both APIs with a stage, users, the front door."""
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                "TimeToLiveSpecification": {"AttributeName": "expires_at_s", "Enabled": True},
            },
        },
        "Secret": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"GenerateSecretString": {"PasswordLength": 20}},
        },
        "SocketApi": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "stations",
                "ProtocolType": "WEBSOCKET",
                "RouteSelectionExpression": "$request.body.[2]",
            },
        },
        "SocketStage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "SocketApi"}, "StageName": "test"},
        },
        "HttpApi": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "api", "ProtocolType": "HTTP"}},
        "HttpStage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "HttpApi"}, "StageName": "$default"},
        },
        "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"UsernameAttributes": ["email"]}},
        "Client": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "UserPoolId": {"Ref": "Pool"},
                "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            },
        },
        "Machine": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "UserPoolId": {"Ref": "Pool"},
                "GenerateSecret": True,
                "AllowedOAuthFlows": ["client_credentials"],
                "AllowedOAuthScopes": ["idlewatt/viewer", "idlewatt/operator"],
            },
        },
        "Group": {
            "Type": "AWS::Cognito::UserPoolGroup",
            "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": "operator"},
        },
        "Users": {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": "HttpApi"},
                "AuthorizerType": "JWT",
                "JwtConfiguration": {
                    "Audience": [{"Ref": "Client"}, {"Ref": "Machine"}],
                    "Issuer": {
                        "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}",
                    },
                },
            },
        },
        "FrontDoor": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {
                "DistributionConfig": {
                    "CacheBehaviors": [{"PathPattern": "/ocpp/*", "TargetOriginId": "stations"}],
                    "Origins": [
                        {
                            "Id": "stations",
                            "DomainName": {"Fn::Join": ["", [{"Ref": "SocketApi"}, ".execute-api.amazonaws.com"]]},
                            "OriginCustomHeaders": [
                                {
                                    "HeaderName": "x-idlewatt-origin",
                                    "HeaderValue": {
                                        "Fn::Join": [
                                            "",
                                            ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"],
                                        ]
                                    },
                                }
                            ],
                        }
                    ],
                }
            },
        },
    }


def of(*parts: Mapping[str, Any]) -> Stack:
    """A stack of the basis and these resources."""
    resources = basis()
    for part in parts:
        resources |= part
    outputs = {name: {"Value": {"Ref": name}} for name in ("Table", "Pool", "Client", "Machine")}
    return stack("Test", {"Resources": resources, "Outputs": outputs})


def gateway() -> Stack:
    """A WebSocket API with a route of every kind."""
    return of(
        {
            "Authorize": function("authorizer"),
            "StationAuthorizer": {
                "Type": "AWS::ApiGatewayV2::Authorizer",
                "Properties": {
                    "ApiId": {"Ref": "SocketApi"},
                    "AuthorizerType": "REQUEST",
                    "AuthorizerUri": {"Fn::GetAtt": ["Authorize", "Arn"]},
                    "IdentitySource": ["route.request.header.x-idlewatt-station"],
                },
            },
            "Connect": function("connect"),
            "Disconnect": function("disconnect"),
            "Message": function("message"),
            "Object": function("with_object"),
            "Failing": function("failing"),
            "Slow": function("slow", Timeout=1),
            "Blocking": function("blocking"),
            "Environment": function("environment"),
        },
        route("$connect", "Connect", authorizer="StationAuthorizer"),
        route("$disconnect", "Disconnect"),
        route("$default", "Message", responds=True),
        route("Answered", "Message", responds=True),
        route("OneWay", "Message"),
        route("Object", "Object", responds=True),
        route("Failing", "Failing", responds=True),
        route("FailingOneWay", "Failing"),
        route("Slow", "Slow", responds=True),
        route("Blocking", "Blocking", responds=True),
        route("Environment", "Environment", responds=True),
    )
