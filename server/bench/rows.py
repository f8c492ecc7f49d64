"""The rows of the benchmark. Each is a function of the bench whose first line of documentation is its title."""
import os
import statistics

from servers import Failure

ROWS = {}
KEX = {"g14": "diffie-hellman-group14-sha1", "gex": "diffie-hellman-group-exchange-sha256"}
# Enough of them for some seconds of work, so that the figure is more than noise.
SESSIONS = {"OpenSSH": 150, "OpenSSH without PAM": 200, "ProFTPD": 250, "vsftpd": 400, "Pure-FTPd": 600,
            "pyftpdlib": 800}
OUR_SESSIONS = {"sftp": 800, "ftp": 1500, "ftps": 1200}
WARM_UP = 8


def row(name):
  def add(function):
    ROWS[name] = function
    return function
  return add


def sftp(server, *, auth="password", kex="g14", cipher="aes128-ctr", mac="hmac-sha1"):
  """The generator and its words for a logger that speaks SFTP."""
  words = ["--port", server.ports["sftp"], "--auth", auth, "--kex", KEX[kex], "--hostkey", "ssh-rsa", "--cipher",
           cipher, "--mac", mac]
  if auth == "publickey":
    words += ["--priv", "peers/keys/client_rsa", "--pub", "peers/keys/client_rsa.pub"]
  return "logger", words


def ftp(server, *, tls="none", reuse=True):
  """The generator and its words for one that speaks FTP. A server without implicit TLS is called by explicit TLS."""
  implicit = tls == "implicit" and "ftps" in server.ports
  words = ["--port", server.ports["ftps" if implicit else "ftp"], "--ca", server.ca]
  if tls != "none":
    words += ["--tls", "implicit" if implicit else "explicit", "--version", "1.2"] + ([] if reuse else ["--no-reuse"])
  return "ftplogger", words


def herd(bench, server, way, sessions, *more, threads=32, library="debian", user=()):
  """Sessions by a number of loggers; what came of it, with the server's CPU per session in milliseconds."""
  tool, words = way(server)
  if bench.options.short:
    sessions = max(sessions // 50, threads)
  server.start()
  said = bench.load(server, tool, "herd", *words, "--threads", threads, "--sessions", sessions, *more, library=library,
                    user=user)
  if said["ok"] != sessions or said["failed_tries"]:
    raise Failure(f"{server.name}: {said['failed_tries']} of {sessions} sessions failed: {said['fail_classes']}")
  return {**said, "ms": said["cpu"] * 1000 / said["ok"]}


def sessions(bench, what, protocol, way, bounds, beside=(), library="debian"):
  """CPU per session against peers: BOUNDS by peer (aim, at least); those BESIDE have none."""
  ours = bench.ours()
  servers = ours + bench.peers(*bounds, *beside)

  def count(server):
    return SESSIONS.get(server.name, OUR_SESSIONS[protocol])

  def measure(server):
    return herd(bench, server, way, count(server), library=library)

  def warm_up(server):
    if server not in ours:
      herd(bench, server, way, 50, library=library)
      return
    # A server runs for months. What Java compiles in the first minutes is said beside, not mixed with what follows.
    is_new = not server.process
    first = herd(bench, server, way, 2 * count(server), library=library)
    if is_new:
      bench.beside.append([f"{what}: {server.name}", f"{first['ms']:.2f} ms for each of the first {first['ok']:,} "
                           "sessions after the start, in which Java compiles"])
      bench.say("    " + ", ".join(bench.beside[-1]))
    herd(bench, server, way, WARM_UP * count(server), library=library)

  found = bench.in_turns(servers, measure, warm_up)
  medians = {server.name: statistics.median(one["ms"] for one in many) for server, many in found.items() if many}
  us = ours[0].name
  if len(medians) == 1:
    bench.figure(what, "ms", "", None, medians[us])
  for name, theirs in medians.items():
    if name != us:
      bench.figure(what, "ms", name, theirs, medians[us], *bounds.get(name, ()))
  for server, many in found.items():
    def middle(value):
      return statistics.median(value(one) for one in many)
    bench.beside.append([
        f"{what}: {server.name}", f"{min(one['ms'] for one in many):.2f} to {max(one['ms'] for one in many):.2f} ms",
        f"{middle(lambda one: one['rate']):,.0f} sessions/s",
        f"p50 {middle(lambda one: one['latency']['p50']) * 1000:,.0f} ms",
        f"p99 {middle(lambda one: one['latency']['p99']) * 1000:,.0f} ms"])
    bench.say("    " + ", ".join(bench.beside[-1]))


@row("sftp-password")
def sftp_password(bench):
  """SFTP session by password: server CPU (group14-sha1, ssh-rsa 2048, 4 KiB, 32 loggers).

  The light library does the client's part of the key exchange cheaply; the server's part stays as it is."""
  sessions(bench, "SFTP, password", "sftp", sftp, {"ProFTPD": (.25, .35), "OpenSSH without PAM": (.2, .28)},
           library="light")


@row("sftp-publickey")
def sftp_publickey(bench):
  """SFTP session by public key: server CPU (group14-sha1, ssh-rsa 2048, 4 KiB, 32 loggers)."""
  sessions(bench, "SFTP, public key", "sftp", lambda server: sftp(server, auth="publickey"), {"ProFTPD": (.33, .5)},
           ["OpenSSH without PAM"], library="light")


@row("sftp-gex")
def sftp_gex(bench):
  """SFTP session with group exchange: server CPU (gex-sha256, client asks 2048..4096..8192, public key)."""
  sessions(bench, "SFTP, group exchange", "sftp", lambda server: sftp(server, auth="publickey", kex="gex"),
           {"ProFTPD": (.35, .55)}, ["OpenSSH without PAM"], library="light4k")


@row("ftp-plain")
def ftp_plain(bench):
  """FTP session without TLS: server CPU (4 KiB, 32 loggers)."""
  sessions(bench, "FTP", "ftp", ftp, {"Pure-FTPd": (.6, 1), "pyftpdlib": (1, None)}, ["vsftpd"])


def ftps_row(tls, reuse):
  data = "reused" if reuse else "fresh"

  def measure(bench):
    sessions(bench, f"FTPS, {tls}, {data} data TLS", "ftps", lambda server: ftp(server, tls=tls, reuse=reuse),
             {"Pure-FTPd": (.8, 1.1)}, ["pyftpdlib"])
  measure.__doc__ = (f"FTPS session, {tls} TLS 1.2, data connections with {data} TLS sessions: server CPU."
                     + (" The peers have explicit TLS only." if tls == "implicit" else ""))
  row(f"ftps-{tls}-{data}")(measure)


for tls_way in ("explicit", "implicit"):
  ftps_row(tls_way, True)
  ftps_row(tls_way, False)


def storm(bench, what, way, loggers, bounds, library="debian"):
  """All loggers call at one instant: who is served at the first try, and how long it takes until the last has been.
  Whom a server turns away calls again after a second."""
  ours = bench.ours()[0]

  def measure(server):
    server.start()
    tool, words = way(server)
    user = ["logger%06d", "--users", ours.LOGGERS] if server is ours else ()
    said = bench.load(server, tool, "storm", *words, "--sessions", loggers, "--attempts", 60, "--retry-ms", 1000,
                      library=library, user=user)
    bench.say(f"    {what}: {server.name}: {said['first_ok']} of {loggers} in {said['seconds']:.1f} s,"
              f" {said['cpu']:.1f} s of CPU {said['fail_classes'] or ''}")
    return said

  def served(kind, many, least_time):
    bench.figure(f"{what}, {kind}: served at the first try", "", "", None, min(one["first_ok"] for one in many),
                 loggers, loggers, more_is_better=True)
    if least_time:
      bench.figure(f"{what}, {kind}: until the last", "s", "", None, max(one["seconds"] for one in many), *least_time)

  ours.stop()
  served("cold after a restart", [measure(ours)], (60, 60))
  known = [measure(ours) for _ in range(3)]
  served("credentials known", known, None)
  middle = statistics.median(one["seconds"] for one in known)
  if not bounds:
    bench.figure(f"{what}: until the last", "s", "", None, middle)
  for peer in bench.peers(*bounds, passwords="yescrypt"):
    try:
      said = measure(peer)
      bench.figure(f"{what}: until the last", "s", f"{peer.name}, {said['first_ok']:,} at first", said["seconds"],
                   middle, *bounds[peer.name])
    except Failure as failure:
      bench.say(f"  {failure}")
    peer.stop()


STORM = (.08, .12)


@row("storm-sftp")
def storm_sftp(bench):
  """Storm of SFTP loggers: 200 accounts, all at one instant, by password.

  The peers' passwords are hashed as Debian does it, and they have PAM."""
  storm(bench, "SFTP, 1,000 loggers", sftp, 1000,
        {"OpenSSH": STORM} if bench.options.quick else {"OpenSSH": STORM, "ProFTPD": STORM}, "light")
  storm(bench, "SFTP, 2,000 loggers", sftp, 2000, {} if bench.options.quick else {"OpenSSH": STORM}, "light")


@row("storm-ftps")
def storm_ftps(bench):
  """Storm of FTPS loggers: 200 accounts, all at one instant, explicit TLS 1.2.

  The peers' passwords are hashed as Debian does it, and they have PAM."""
  def way(server):
    return ftp(server, tls="explicit")
  storm(bench, "FTPS, 1,000 loggers", way, 1000, {} if bench.options.quick else {"ProFTPD": STORM})
  storm(bench, "FTPS, 2,000 loggers", way, 2000, {})


def bulk(bench, what, measure, peer, up, down):
  """One large file up and down, MB/s."""
  mine = bench.ours()

  def warm_up(server):
    for _ in range(WARM_UP if server in mine else 1):
      measure(server)

  found = bench.in_turns(mine + bench.peers(peer), measure, warm_up)
  ours, *others = [(server, many) for server, many in found.items() if many]
  for direction, bounds in (("up", up), ("down", down)):
    if direction not in ours[1][0]:
      continue
    def middle(many, direction=direction):
      return statistics.median(one[direction] for one in many)
    for server, many in others or [(None, None)]:
      bench.figure(f"{what} {direction}", "MB/s", server.name if server else "", middle(many) if many else None,
                   middle(ours[1]), *(bounds if server and server.name == peer else ()), more_is_better=True)
  for server, many in found.items():
    if many:
      bench.beside.append([f"{what} {server.name}", f"{statistics.median(one['cpu'] for one in many):.2f} s of the"
                           " server's CPU for it all"])
      bench.say("    " + ", ".join(bench.beside[-1]))


def generated(bench, way, *more):
  """One bulk load by a generator."""
  def measure(server):
    tool, words = way(server)
    server.start()
    said = bench.load(server, tool, "bulk", *words, "--size", "256m", *more)
    if not said["ok"]:
      raise Failure(f"{server.name}: a file of 256 MiB did not come through")
    return {"up": said["up"], "cpu": said["cpu"], **({} if "--no-down" in more else {"down": said["down"]})}
  return measure


@row("sftp-bulk")
def sftp_bulk(bench):
  """SFTP, one file of 256 MiB up and down.

  By libssh2, which verifies each byte and takes as long as the servers, and by OpenSSH's sftp, with its login. AES-GCM
  only by the latter: the former does not know it."""
  bounds = ("OpenSSH without PAM", (1.5, 1.2), (1.2, .9))
  pieces = ("--buf", "16m")  # Between them the line is empty.
  for cipher, mac in (("aes128-ctr", "hmac-sha1"), ("aes256-ctr", "hmac-sha2-256")):
    bulk(bench, f"{cipher}, {mac}, libssh2,",
         generated(bench, lambda server, cipher=cipher, mac=mac: sftp(server, cipher=cipher, mac=mac), *pieces),
         *bounds)
    bulk(bench, f"{cipher}, {mac}, sftp,",
         lambda server, cipher=cipher, mac=mac: bench.openssh_client(server, cipher, mac), *bounds)
  bulk(bench, "aes256-gcm, sftp,", lambda server: bench.openssh_client(server, "aes256-gcm@openssh.com"), *bounds)


@row("sftp-libssh2")
def sftp_libssh2(bench):
  """SFTP upload by libssh2 in writes of 30,000 bytes, one at a time (64 MiB, aes128-ctr, hmac-sha1)."""
  bulk(bench, "30,000 bytes at a time,", generated(bench, sftp, "--size", "64m", "--buf", 30000, "--no-down"),
       "OpenSSH without PAM", (1.3, 1), ())


@row("ftp-bulk")
def ftp_bulk(bench):
  """FTP and FTPS, one file of 256 MiB up and down (explicit TLS 1.2)."""
  bulk(bench, "FTP", generated(bench, ftp), "vsftpd", (1, .7), (1, .7))
  bulk(bench, "FTPS", generated(bench, lambda server: ftp(server, tls="explicit")), "vsftpd", (1, .7), (1, .7))


@row("durability")
def durability(bench):
  """What the promise "OK means on disk" costs: storage.durability full beside none (4 KiB)."""
  name = bench.ours()[0].name
  # Both as warm as the other.
  servers = [bench.product(name, "full"), bench.product(name, "none", settings=["storage.durability=none"])]
  for protocol, way, library, count in (("FTP", ftp, "debian", 2000), ("SFTP", sftp, "light", 1000)):
    for loggers in (32, 128):
      def measure(server, way=way, library=library, count=count, loggers=loggers):
        return 1000 / herd(bench, server, way, count, threads=loggers, library=library)["rate"]

      def warm_up(server, measure=measure):
        for _ in range(3):
          measure(server)
      full, none = map(statistics.median, bench.in_turns(servers, measure, warm_up).values())
      bench.figure(f"{protocol}, {loggers} loggers: time per session", "ms", "durability: none", none, full, 1.1, 1.25)
  bench.stop(*servers)


def flat(bench, what, other, before, after):
  """CPU per session in one situation beside another, over SFTP and FTP: each a server and more words of herd()."""
  for protocol, way, library in (("SFTP", sftp, "light"), ("FTP", ftp, "debian")):
    def measure(place, times=1, way=way, library=library, count=OUR_SESSIONS[protocol.lower()]):
      server, more = (before, after)[place]
      return herd(bench, server, way, times * count, library=library, **more)["ms"]

    def warm_up(place, measure=measure):
      measure(place, 3)

    small, large = map(statistics.median, bench.in_turns([0, 1], measure, warm_up).values())
    bench.figure(f"{protocol}, {what}", "ms", other, small, large, 1.15, 1.15)


@row("scale-accounts")
def scale_accounts(bench):
  """Server CPU per session with 100,000 accounts, of which 100 call, beside 100."""
  name = bench.ours()[0].name
  few = bench.product(name, "few-accounts", accounts=100)
  many = bench.product(name, "many-accounts", accounts=100_000)
  call = {"user": ["logger%06d", "--users", 100]}
  flat(bench, "100,000 accounts", "100 accounts", (few, call), (many, call))
  bench.stop(few, many)


@row("scale-loggers")
def scale_loggers(bench):
  """Server CPU per session with 512 loggers at once, beside 8."""
  ours = bench.ours()[0]
  flat(bench, "512 loggers", "8 loggers", (ours, {"threads": 8}), (ours, {"threads": 512}))


@row("scale-folder")
def scale_folder(bench):
  """Server CPU per session with an upload into a folder of 100,000 files, beside an empty one."""
  name = bench.ours()[0].name
  # Both as warm as the other.
  empty, full = bench.product(name, "empty-folder"), bench.product(name, "full-folder")
  full.start()
  os.makedirs(full.home, exist_ok=True)
  for number in range(100_000):
    with open(f"{full.home}/old-{number:06}", "wb"):
      pass
  flat(bench, "100,000 files", "no file", (empty, {}), (full, {}))
  bench.stop(empty, full)


@row("memory")
def memory(bench):
  """Memory of a session that waits: growth of the proportional set size from 0 to 1,000 held."""
  found = bench.footprint("held", 1)
  for protocol, aim, least in (("sftp", 60, 120), ("ftp", 10, 20), ("ftps", 30, 60)):
    grown = [(one["after_kib"] - one["before_kib"]) / 1000 for one in found if one["name"] == protocol]
    bench.figure(f"{protocol.upper()}, of each session", "KiB", "", None, statistics.median(grown), aim, least)
  for name, what, way in (("OpenSSH", "SFTP", sftp), ("Pure-FTPd", "FTP", ftp),
                          ("Pure-FTPd", "FTPS", lambda server: ftp(server, tls="explicit"))):
    for peer in bench.peers(name):
      bench.beside.append([f"{what}: {name}", f"{bench.held(peer, way, 200):,.0f} KiB of each of 200 sessions"])
      bench.say("    " + ", ".join(bench.beside[-1]))


@row("idle")
def idle(bench):
  """Memory of a server that has nothing to do: proportional set size after 60 seconds."""
  for one in bench.footprint("idle", 1):
    if one["after"] == 60:
      bench.figure(one["name"], "MiB", "", None, one["pss_kib"] / 1024,
                   *((100, 140) if one["name"] == "as shipped" else ()))


@row("start")
def start(bench):
  """Seconds from the start until all listeners accept."""
  times = {}
  for one in bench.footprint("start", bench.repeat):
    times.setdefault((one["name"], one["start"]), []).append(one["seconds"])
  for (name, which), many in times.items():
    bench.figure(f"{name}, {which} start", "s", "", None, statistics.median(many),
                 *((.5, .9) if (name, which) == ("as shipped", "later") else ()))
