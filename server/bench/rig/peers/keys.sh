#!/bin/bash
# Keys of loggers and servers (PEM, as loggers want them), a CA, and a certificate for localhost and 127.0.0.1.
set -eu
mkdir -p "$(dirname "$0")/keys"
cd "$(dirname "$0")/keys"
umask 022
for name in client_rsa host_rsa; do
  [ -f $name ] || ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C $name -f $name
done
ssh-keygen -e -m RFC4716 -f client_rsa.pub >client_rsa.rfc4716
[ ! -f ca.pem ] || exit 0
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/O=rig/CN=Rig Test CA' -keyout ca.key -out ca.new \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj '/O=rig/CN=localhost' -keyout server.key -out server.csr 2>/dev/null
printf '%s\n' subjectAltName=DNS:localhost,IP:127.0.0.1 basicConstraints=CA:FALSE \
  keyUsage=digitalSignature,keyEncipherment extendedKeyUsage=serverAuth >ext
openssl x509 -req -in server.csr -CA ca.new -CAkey ca.key -CAcreateserial -days 3650 -sha256 -extfile ext \
  -out server.pem 2>/dev/null
cat server.key server.pem ca.new >server-all.pem
chmod 600 ca.key server.key server-all.pem host_rsa client_rsa
mv ca.new ca.pem
