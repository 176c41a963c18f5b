// Runs in CloudFront (viewer request, cloudfront-js-2.0) on whatever is nobody else's: the console. A path that is no
// file of the console is one of its pages, and all of these are one file; its script reads the path. Identities of
// stations have dots, so only a name at the root with one is a file, and whatever lies below /assets/.

var FILE = /^\/(assets\/[^]+|[^\/]*\.[^\/]*)$/;

function handler(event) {
    var request = event.request;
    if (!FILE.test(request.uri)) {
        request.uri = '/index.html';
    }
    return request;
}
