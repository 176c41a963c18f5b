// Runs in CloudFront (viewer request, cloudfront-js-2.0) on /ocpp/*. API Gateway serves one fixed path per stage, so
// the identity of the station, the last segment of the path, travels on as a header; the origin's path is the stage.

var OURS = 'x-idlewatt-';
var STATION = OURS + 'station';

// Percent-decodes a segment exactly once. A '%' that begins no escape means that the station does not encode at all;
// null: the escapes are no UTF-8.
function decode(segment) {
    if (/%(?![0-9A-Fa-f]{2})/.test(segment)) {
        return segment;
    }
    try {
        return decodeURIComponent(segment);
    } catch (error) {
        return null;
    }
}

function refuse(statusCode, statusDescription) {
    return { statusCode: statusCode, statusDescription: statusDescription };
}

function handler(event) {
    var request = event.request;
    // /ocpp/1.6/CP1/ is CP1: stations add versions before it and slashes around it.
    var segments = request.uri.replace(/^\/ocpp\//, '').split('/').filter(Boolean);
    if (segments.length === 0) {
        return refuse(404, 'Not Found');
    }
    var identity = decode(segments[segments.length - 1]);
    if (identity === null) {
        return refuse(400, 'Bad Request');
    }
    Object.keys(request.headers).forEach(function (name) {
        if (name.startsWith(OURS)) {
            delete request.headers[name];
        }
    });
    // API Gateway accepts permessage-deflate with settings that it then does not keep to, and messages are lost.
    delete request.headers['sec-websocket-extensions'];
    request.headers[STATION] = { value: encodeURIComponent(identity) };
    request.uri = '/';
    return request;
}
