"""The APIs of API Gateway, and what of the front door concerns them."""

import uuid

from local import selection
from local.apis import Apis, HttpApi, HttpRoute, JwtAuthorizer, RequestAuthorizer, SocketApi, SocketRoute
from local.edge import LIVE, STATIONS
from local.identity import REGION
from local.resources.loading import DeclaredRoute, Loading, Properties, makes
from local.template import Physical, Resource, TemplateError


@makes("AWS::ApiGatewayV2::Api")
def api(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    identity = uuid.uuid5(uuid.NAMESPACE_DNS, f"{loading.stack_name}.{resource.logical_id}").hex[:10]
    if properties["ProtocolType"] == "WEBSOCKET":
        expression = properties["RouteSelectionExpression"]
        selection.steps(expression)
        loading.socket_apis[identity] = SocketApi(identity, expression)
        scheme = "wss"
    else:
        loading.http_apis[identity] = HttpApi(identity)
        scheme = "https"
    endpoint = f"{scheme}://{identity}.execute-api.{REGION}.amazonaws.com"
    return Physical(identity, {"ApiId": identity, "ApiEndpoint": endpoint})


@makes("AWS::ApiGatewayV2::Integration")
def integration(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    if properties["IntegrationType"] != "AWS_PROXY":
        raise TemplateError(f"{resource.logical_id}: only functions answer here, not {properties['IntegrationType']}")
    loading.integrations[resource.logical_id] = loading.function_at(properties["IntegrationUri"])
    return Physical(resource.logical_id)


@makes("AWS::ApiGatewayV2::Authorizer")
def authorizer(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    if properties["AuthorizerType"] == "JWT":
        configuration = properties["JwtConfiguration"]
        made: JwtAuthorizer | RequestAuthorizer = JwtAuthorizer(
            configuration["Issuer"], tuple(configuration["Audience"])
        )
    else:
        made = RequestAuthorizer(
            loading.function_at(properties["AuthorizerUri"]), tuple(properties.get("IdentitySource", []))
        )
    loading.authorizers[resource.logical_id] = made
    return Physical(resource.logical_id, {"AuthorizerId": resource.logical_id})


@makes("AWS::ApiGatewayV2::Route")
def route(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    function = loading.integrations[properties["Target"].removeprefix("integrations/")]
    guard = loading.authorizers[properties["AuthorizerId"]] if "AuthorizerId" in properties else None
    api_id, key = properties["ApiId"], properties["RouteKey"]
    if api_id in loading.socket_apis:
        if isinstance(guard, JwtAuthorizer):
            raise TemplateError(f"{resource.logical_id}: a WebSocket API has no JWT authorizers")
        wants_response = properties.get("RouteResponseSelectionExpression") == "$default"
        loading.socket_routes[resource.logical_id] = DeclaredRoute(api_id, key, function, guard, wants_response)
    else:
        if isinstance(guard, RequestAuthorizer):
            raise TemplateError(
                f"{resource.logical_id}: this machine knows JWT authorizers of HTTP APIs, not functions"
            )
        scopes = tuple(properties.get("AuthorizationScopes", []))
        loading.http_routes.append((api_id, HttpRoute(key, function, guard, scopes)))
    return Physical(resource.logical_id)


@makes("AWS::ApiGatewayV2::RouteResponse")
def route_response(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    loading.responding.add(properties["RouteId"])
    return Physical(resource.logical_id)


@makes("AWS::ApiGatewayV2::Stage")
def stage(loading: Loading, _: Resource, properties: Properties) -> Physical:
    apis: dict[str, SocketApi | HttpApi] = {**loading.socket_apis, **loading.http_apis}
    apis[properties["ApiId"]].stage = properties["StageName"]
    return Physical(properties["StageName"])


@makes("AWS::CloudFront::Distribution")
def distribution(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    """Of the front door only where it leads, and what it adds on the way, matters here; local.edge does the rest."""
    configuration = properties["DistributionConfig"]
    for behaviour in configuration.get("CacheBehaviors", []):
        origin = next(one for one in configuration["Origins"] if one["Id"] == behaviour["TargetOriginId"])
        added = {header["HeaderName"]: header["HeaderValue"] for header in origin.get("OriginCustomHeaders", [])}
        loading.front_door[behaviour["PathPattern"]] = (origin["DomainName"], added)
    return Physical(resource.logical_id, {"DomainName": "localhost", "Id": resource.logical_id})


def collected(loading: Loading) -> Apis:
    """The APIs of a stack once all its resources are made."""
    for identity, declared in loading.socket_routes.items():
        responds = declared.wants_response and identity in loading.responding
        loading.socket_apis[declared.api_id].routes[declared.key] = SocketRoute(
            declared.function, responds, declared.authorizer
        )
    for api_id, http_route in loading.http_routes:
        loading.http_apis[api_id].routes.append(http_route)
    if len(loading.http_apis) > 1:
        raise TemplateError(f"the template has {len(loading.http_apis)} HTTP APIs; this machine serves one")
    apis = Apis(
        sockets=_behind(loading, f"{STATIONS}*"),
        live=_behind(loading, LIVE),
        http=next(iter(loading.http_apis.values()), None),
    )
    for api in loading.socket_apis.values():
        if api not in (apis.sockets, apis.live):
            raise TemplateError(f"no path of the front door leads to the WebSocket API {api.id}")
    return apis


def _behind(loading: Loading, path: str) -> SocketApi | None:
    """The WebSocket API that the front door has behind a path."""
    host, added = loading.front_door.get(path, ("", {}))
    found = loading.socket_apis.get(host.partition(".")[0])
    if found is not None:
        found.origin_headers = added
    return found
