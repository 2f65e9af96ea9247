/**
 * The name space of this project in documents that others read. `.invalid` belongs to nobody (RFC 6761):
 * these URIs name things, nothing is fetched from them.
 */
export const projectUri = 'https://container-image-creation.invalid/cic';
