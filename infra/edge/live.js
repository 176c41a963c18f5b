// Runs in CloudFront (viewer request, cloudfront-js-2.0) on /live. API Gateway serves one fixed path per stage; the
// query, which has the ticket, stays.

var OURS = 'x-idlewatt-';

function handler(event) {
    var request = event.request;
    Object.keys(request.headers).forEach(function (name) {
        if (name.startsWith(OURS)) {
            delete request.headers[name];
        }
    });
    delete request.headers['sec-websocket-extensions'];
    request.uri = '/';
    return request;
}
