/**
 * The part of curl that the documentation uses, for machines without it: -s -N -sN -H -d and one address.
 * Anything else fails, so that the examples stay within what is tried here.
 */
const [headers, given] = [{}, process.argv.slice(2)];
let body;
let address;
for (let word = given.shift(); word !== undefined; word = given.shift()) {
  if (word === '-H') {
    const [name, ...value] = given.shift().split(':');
    headers[name] = value.join(':').trim();
  } else if (word === '-d') body = given.shift();
  else if (/^-s?N?$/.test(word)) continue;
  else if (word.startsWith('-') || address) throw new Error(`curl: ${word} is not known here`);
  else address = word;
}
const response = await fetch(address, { method: body === undefined ? 'GET' : 'POST', headers, body });
for await (const chunk of response.body) process.stdout.write(chunk);
