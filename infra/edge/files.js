// Runs in CloudFront (viewer request, cloudfront-js-2.0) on /u/* and /f/*: links by which stations bring and fetch
// files. It is `read` of shared/domain/file_links.py in JavaScript; a request that it lets pass goes to the object's
// key in the bucket, and a POST, which S3 does not take, to the API. CDK puts the secret in.

import cf from 'cloudfront';
import crypto from 'crypto';

var SECRET = '%ORIGIN_SECRET%';
var OPERATORS = '%OPERATORS%';
var FOLDERS = { u: 'uploads/', f: 'firmware/' };
var MOST_POSTED_BYTES = 4500000;
var MIB = 1048576;
// A name may follow the mac without a slash, for it is always as long.
var LINK = /^\/([uf])\/([A-Za-z0-9_-]{1,64})\.([1-9a-f][0-9a-f]{0,9})\.(0|[1-9a-f][0-9a-f]{0,3})\.([A-Za-z0-9_-]{22})/;

function refuse(statusCode, statusDescription, reason) {
    return {
        statusCode: statusCode,
        statusDescription: statusDescription,
        headers: { 'content-type': { value: 'text/plain' } },
        body: { encoding: 'text', data: reason },
    };
}

// In a time that does not tell how much of them is the same; both are of one length.
function same(one, other) {
    var different = 0;
    for (var at = 0; at < one.length; at++) {
        different |= one.charCodeAt(at) ^ other.charCodeAt(at);
    }
    return different === 0;
}

// What is wrong with an upload's length, if anything is.
function tooLong(request, limit) {
    var header = request.headers['content-length'];
    if (!header || !/^[0-9]{1,15}$/.test(header.value)) {
        return refuse(411, 'Length Required', 'An upload says its Content-Length');
    }
    var length = parseInt(header.value, 10);
    if (length > limit * MIB) {
        return refuse(413, 'Content Too Large', 'The file is larger than ' + limit + ' MiB');
    }
    if (request.method === 'POST' && length > MOST_POSTED_BYTES) {
        var most = 'A POST brings at most ' + MOST_POSTED_BYTES + ' bytes; a PUT brings more';
        return refuse(413, 'Content Too Large', most);
    }
    return null;
}

function handler(event) {
    var request = event.request;
    var link = LINK.exec(request.uri);
    if (!link) {
        return refuse(403, 'Forbidden', 'This is no link of ours');
    }
    var key = FOLDERS[link[1]] + link[2];
    var text = 'file\n' + key + '\n' + link[3] + '\n' + link[4];
    var mac = crypto.createHmac('sha256', SECRET).update(text).digest('base64url').substring(0, 22);
    if (!same(mac, link[5])) {
        return refuse(403, 'Forbidden', 'This is no link of ours');
    }
    if (Date.now() >= parseInt(link[3], 16) * 1000) {
        return refuse(410, 'Gone', 'The link has expired');
    }
    var limit = parseInt(link[4], 16);
    var allowed = !limit ? ['GET', 'HEAD'] : link[1] === 'u' ? ['PUT', 'POST'] : ['PUT'];
    if (allowed.indexOf(request.method) < 0) {
        return refuse(405, 'Method Not Allowed', 'The link is for ' + (limit ? 'uploads' : 'downloads'));
    }
    var refused = limit ? tooLong(request, limit) : null;
    if (refused) {
        return refused;
    }
    request.querystring = {};
    Object.keys(request.headers).forEach(function (name) {
        // What would make S3 do something else, and credentials that are not for it.
        if (name.startsWith('x-amz-') || name === 'authorization' || name === 'cookie') {
            delete request.headers[name];
        }
    });
    if (request.method === 'POST') {
        var type = request.headers['content-type'];
        if (!type || !type.value.toLowerCase().startsWith('multipart/form-data')) {
            // What it takes for text, API Gateway does not pass on byte by byte.
            request.headers['content-type'] = { value: 'application/octet-stream' };
        }
        cf.selectRequestOriginById(OPERATORS);
        return request;
    }
    if (request.method === 'PUT') {
        // S3 then answers 412 if there is an object already: a link is for one upload.
        request.headers['if-none-match'] = { value: '*' };
    }
    request.uri = '/' + key;
    return request;
}
