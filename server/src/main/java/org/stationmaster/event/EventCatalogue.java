package org.stationmaster.event;

import static org.stationmaster.config.EventGroup.ADMINISTRATION;
import static org.stationmaster.config.EventGroup.AUTHENTICATED;
import static org.stationmaster.config.EventGroup.AUTHENTICATION;
import static org.stationmaster.config.EventGroup.CLIENT_SIDE;
import static org.stationmaster.config.EventGroup.COMPONENT_ACTIVATION;
import static org.stationmaster.config.EventGroup.FAILURE;
import static org.stationmaster.config.EventGroup.FAILURE_CRITICAL;
import static org.stationmaster.config.EventGroup.FAILURE_HIGH;
import static org.stationmaster.config.EventGroup.FILE_OPERATION;
import static org.stationmaster.config.EventGroup.FTP;
import static org.stationmaster.config.EventGroup.INFORMATIONAL;
import static org.stationmaster.config.EventGroup.OPERATIONAL;
import static org.stationmaster.config.EventGroup.OPERATION_APPEND;
import static org.stationmaster.config.EventGroup.OPERATION_CREATE_FOLDER;
import static org.stationmaster.config.EventGroup.OPERATION_DELETE;
import static org.stationmaster.config.EventGroup.OPERATION_READ;
import static org.stationmaster.config.EventGroup.OPERATION_RENAME;
import static org.stationmaster.config.EventGroup.OPERATION_WRITE;
import static org.stationmaster.config.EventGroup.PROCESS;
import static org.stationmaster.config.EventGroup.SESSION;
import static org.stationmaster.config.EventGroup.SSH;
import static org.stationmaster.config.EventGroup.SUCCESS;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.config.EventGroup;

/**
 * Every event that Stationmaster can emit: its number, its sentence, its groups and its fields. A number never changes
 * its meaning and is never used again. Numbers that operators know from SFTPPlus keep that meaning; ours are
 * 11000-11999 (FTP), 21000-21999 (operation, storage, stations) and 31000-31999 (SSH).
 *
 * <p>A name in braces in the sentence is a field; fields behind the sentence are carried by structured outputs only.
 * What stands in square brackets is said only if its field has a value.
 */
public enum EventCatalogue {
  // Life cycle and operation
  PROCESS_STARTING(20001, "Stationmaster {version} is starting with its home in \"{home}\".",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  PROCESS_STOPPING(20002, "Stationmaster is stopping: {reason}.", groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  PROCESS_START_FAILED(20004, "Stationmaster could not start: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL)),
  INTERNAL_ERROR(20024, "Internal error while {activity}: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL)),
  HOME_FOLDER_UNUSABLE(20031, "The home folder of account \"{account}\" cannot be used: {details}",
      groups(OPERATIONAL, SESSION, FAILURE, FAILURE_HIGH), "real_path"),
  HOME_FOLDER_CREATED(20042, "The home folder of account \"{account}\" was created: \"{real_path}\".",
      groups(OPERATIONAL, AUTHENTICATED, SUCCESS)),
  LISTENER_STARTED(20156, "Listener \"{name}\" started: {protocol} on {address}.",
      groups(COMPONENT_ACTIVATION, SUCCESS)),
  LISTENER_STOPPED(20157, "Listener \"{name}\" stopped: {reason}.", groups(COMPONENT_ACTIVATION, SUCCESS)),
  LISTENER_START_FAILED(20158, "Listener \"{name}\" could not start on {address}: {details}",
      groups(COMPONENT_ACTIVATION, FAILURE)),
  PROCESS_READY(20181, "Stationmaster {version} is ready: {listeners}.[ {notes}]",
      groups(OPERATIONAL, PROCESS, SUCCESS)),

  // Login
  UNKNOWN_USER(20021, "No authentication method knows \"{username}\" ({credentials_type}[ {fingerprint}, {key}]).",
      groups(AUTHENTICATION, SESSION, FAILURE)),
  NO_METHOD_FOR_CREDENTIALS(20081, "\"{username}\" offered a {credentials_type}, which listener \"{listener}\" does "
      + "not accept (authentication-methods).", groups(OPERATIONAL, SESSION, FAILURE, FAILURE_HIGH)),
  LOGIN_FIRST_FACTOR(20126, "Account \"{account_name}\" passed {credentials_type}; still needed: {remaining}.",
      groups(AUTHENTICATION, SESSION, INFORMATIONAL)),
  LOGIN_REJECTED(20136, "\"{username}\" was rejected by {method_type} authentication \"{method_name}\" "
      + "({credentials_type}[ {fingerprint}, {key}]): {reason}.", groups(AUTHENTICATION, SESSION, FAILURE)),
  LOGIN_ACCEPTED(20137, "Account \"{account_name}\" of type \"{account_type}\" authenticated as \"{username}\" by "
      + "{method_type} authentication \"{method_name}\" using {credentials_type}[ {fingerprint}].",
      groups(AUTHENTICATION, AUTHENTICATED, SUCCESS)),
  METHOD_IGNORED(20138, "Ignoring {method_type} authentication \"{method_name}\" for \"{username}\" since it is not "
      + "active.", groups(AUTHENTICATION, SESSION, INFORMATIONAL)),
  METHOD_FAILED(20142, "{method_type} authentication \"{method_name}\" could not decide about \"{username}\" "
      + "({credentials_type}): {details}", groups(AUTHENTICATION, SESSION, FAILURE, FAILURE_HIGH)),
  PASSWORD_NOT_STORED(20064, "The new password of account \"{account_name}\" could not be stored: {details}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, FAILURE_CRITICAL)),
  PASSWORD_CHANGED(20085, "Account \"{account_name}\" changed its password.",
      groups(OPERATIONAL, AUTHENTICATED, SUCCESS)),
  PASSWORD_CHANGE_REFUSED(20086, "Account \"{account_name}\" did not change its password: {reason}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE)),
  ACCOUNT_EXPIRES_SOON(20128, "Account \"{account_name}\" expires in {days} days; then its logins are refused.",
      groups(OPERATIONAL, AUTHENTICATED, INFORMATIONAL)),
  PASSWORD_EXPIRES_SOON(20129, "The password of account \"{account_name}\" expires in {days} days.",
      groups(OPERATIONAL, AUTHENTICATED, INFORMATIONAL)),
  PERMISSIONS(20182, "Account \"{account_name}\" logged in with permissions {permissions}.[ Files uploaded as: "
      + "{upload_names}]",
      groups(OPERATIONAL, AUTHENTICATED, INFORMATIONAL)),

  // Operation, ours
  HOST_KEY_GENERATED(21500, "Host key {type} ({bits} bits) was generated in \"{real_path}\": {sha256}, {md5}.",
      groups(OPERATIONAL, PROCESS, SUCCESS)),
  HOST_KEY_LOADED(21501, "Host key {type} ({bits} bits) comes from \"{real_path}\": {sha256}, {md5}.",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  CERTIFICATE_GENERATED(21502, "A certificate for trying out was generated in \"{real_path}\" for {names}; loggers "
      + "refuse FTPS until a certificate that they can verify is installed (tls.certificate, tls.key).",
      groups(OPERATIONAL, PROCESS, SUCCESS), "sha256"),
  CERTIFICATE_LOADED(21503, "The TLS certificate comes from \"{real_path}\": {subject}, valid until {not_after}.",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL), "sha256"),
  CONFIGURATION_RELOADED(21504, "The configuration was read again[; {waiting} will change at the next start].",
      groups(OPERATIONAL, PROCESS, SUCCESS)),
  CONFIGURATION_REJECTED(21505, "The configuration was read again and is not used; the former one stays: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  EVENTS_DROPPED(21506, "{count} events are missing in output \"{output}\": it did not take them for too long.",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  DRAINING(21507, "Waiting up to {seconds} seconds for {count} running transfers.",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  DRAIN_TIMED_OUT(21508, "{count} transfers were still running after {seconds} seconds and are cut off.",
      groups(OPERATIONAL, PROCESS, FAILURE)),
  STATUS_UNAVAILABLE(21509, "The status port {address} is not available, /health and /ready are off: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE)),
  SESSION_CLOSED_BY_OPERATOR(21510, "Session {session} is closed by the operator.",
      groups(OPERATIONAL, SESSION, INFORMATIONAL)),
  CERTIFICATE_WARNING(21511, "About the TLS certificate in \"{real_path}\": {details}",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  CERTIFICATE_EXPIRES(20114, "The certificate of {subject} in \"{real_path}\" expires on {not_after} "
      + "(days left: {expires_in_days}); loggers refuse to connect then: renew it.",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  CERTIFICATE_REPLACED(11080, "The TLS certificate in \"{real_path}\" was replaced and serves new connections: "
      + "{subject}, valid until {not_after}.", groups(OPERATIONAL, PROCESS, SUCCESS), "sha256"),
  CERTIFICATE_NOT_REPLACED(11081, "The files of the TLS certificates have changed and are not used; the former "
      + "certificates go on serving: {details}", groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  CERTIFICATE_CHAIN_CHANGED(11082, "Loggers may notice that the TLS certificate in \"{real_path}\" was replaced. "
      + "{details}", groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  CERTIFICATE_EXPIRED(11083, "The certificate of {subject} in \"{real_path}\" expired on {not_after}; loggers "
      + "refuse to connect: renew it.", groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL)),
  CONTROL_UNAVAILABLE(21512, "The control socket {address} is not available, so the commands reload and sessions do "
      + "not reach this server: {details}", groups(OPERATIONAL, PROCESS, FAILURE)),
  ACCOUNTS_BOOTSTRAPPED(21550, "The first accounts were made from \"{real_path}\": {count}.",
      groups(OPERATIONAL, PROCESS, SUCCESS)),

  // Outputs of events, ours
  OUTPUT_FAILED(21200, "Events cannot be written to output \"{output}\": {details}. They wait, and it is tried again.",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  OUTPUT_RECOVERED(21201, "Events are written to output \"{output}\" again, after {seconds} seconds.",
      groups(OPERATIONAL, PROCESS, SUCCESS)),
  OUTPUT_TOO_SLOW(21202, "Output \"{output}\" does not take events as fast as they come; no more can wait, and those "
      + "for it are lost.", groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),

  // Storage, ours
  STAGING_CLEANED(21000, "{count} unfinished uploads of an earlier run were removed from \"{real_path}\".",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  DURABILITY(21001, "storage.durability is {durability}: {meaning}.", groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  ARRIVALS_SETTLED(21002, "The last run ended while files were being published from \"{real_path}\": {arrived} have "
      + "arrived whole; {lost} have not, and no client was told that they had.",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  ARRIVALS_UNREACHABLE(21003, "The last run ended while {count} files were being published from \"{real_path}\", "
      + "which cannot be reached: {details}. What became of them is found out when it can.",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH)),
  JOURNAL_UNAVAILABLE(21004, "The journal of arrivals cannot be written; uploads are refused until it can: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL)),
  JOURNAL_AVAILABLE(21005, "The journal of arrivals can be written again; uploads are accepted.",
      groups(OPERATIONAL, PROCESS, SUCCESS)),
  APPEND_REPEATED(21010, "The {bytes} bytes appended to \"{path}\" at {now} are those that arrived there at {before} "
      + "and were sent again; they are acknowledged, and not written twice.",
      groups(AUTHENTICATED, FILE_OPERATION, INFORMATIONAL, OPERATION_WRITE), "real_path"),
  IN_PLACE_NOT_UNDONE(21011, "What account \"{account}\" wrote into \"{real_path}\" was not acknowledged, but could "
      + "not be undone, so half of it may be read there: {details}. Appends to it are refused. Its former bytes are in "
      + "the undo record \"{undo_record}\" and come back at the next start: see to it that the disk works and can be "
      + "written, then start the server again.", groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL), "path"),
  IN_PLACE_UNDONE(21012, "The last run ended while account \"{account}\" was writing into \"{path}\": the file has its "
      + "former {bytes} bytes again.", groups(OPERATIONAL, PROCESS, INFORMATIONAL), "real_path"),
  PARTIAL_KEPT(21020, "The first {bytes} bytes of the upload of \"{path}\" are kept until {until}; the account can "
      + "go on where it was cut.", groups(AUTHENTICATED, FILE_OPERATION, INFORMATIONAL, OPERATION_WRITE), "real_path"),
  PARTIAL_NOT_KEPT(21021, "What came of the upload of \"{path}\" could not be kept; the account must send it again "
      + "from its beginning: {details}", groups(AUTHENTICATED, FILE_OPERATION, FAILURE, OPERATION_WRITE), "real_path"),
  PARTIAL_RESUMED(21022, "The upload of \"{path}\" that was cut goes on at byte {offset}.",
      groups(AUTHENTICATED, FILE_OPERATION, INFORMATIONAL, OPERATION_WRITE), "real_path"),
  PARTIAL_EXPIRED(21023, "The {bytes} bytes that account \"{account}\" at {peer_address} sent of \"{path}\" until "
      + "{cut} were removed: {reason}.", groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  PARTIAL_QUARANTINED(21024, "The {bytes} bytes that account \"{account}\" at {peer_address} sent of \"{path}\" "
      + "until {cut} were moved to \"{real_path}\": {reason}.", groups(OPERATIONAL, PROCESS, INFORMATIONAL)),
  PARTIAL_SWEEP_FAILED(21025, "Old pieces of cut uploads in \"{real_path}\" could not be removed; it is tried again: "
      + "{details}", groups(OPERATIONAL, PROCESS, FAILURE)),

  SPACE_TOO_LOW(21040, "Uploads to the file system of \"{real_path}\" are refused: {free} bytes are free"
      + "[ and {free_files} files can be made]; {floor} bytes are to stay free (storage.free-space-floor).",
      groups(OPERATIONAL, FAILURE, FAILURE_CRITICAL)),
  SPACE_SUFFICES(21041, "Uploads to the file system of \"{real_path}\" are accepted again: {free} bytes are free"
      + "[ and {free_files} files can be made].", groups(OPERATIONAL, SUCCESS), "floor"),
  QUOTA_FULL(21042, "An upload of account \"{account}\" is refused: {details}; its home holds {bytes} bytes in {files} "
      + "files (quota-size, quota-files).", groups(OPERATIONAL, FAILURE, FAILURE_HIGH), "quota_size", "quota_files"),
  QUOTA_SUFFICES(21043, "Uploads of account \"{account}\" are accepted again: its home holds {bytes} bytes in {files} "
      + "files.", groups(OPERATIONAL, SUCCESS), "quota_size", "quota_files"),
  VERSION_KEPT(21044, "The file that was at \"{path}\" is kept as \"{version}\"; {removed} older versions were "
      + "removed.", fileOperation(INFORMATIONAL), "real_path"),
  SAME_CONTENT(21045, "\"{path}\" has that content already; nothing was changed.", fileOperation(INFORMATIONAL),
      "real_path"),
  SESSION_EVICTED(21060, "Session {session} is ended because {reason}; the new one comes from {by_address}.",
      groups(OPERATIONAL, SESSION, INFORMATIONAL), "by_session", "seconds"),
  VIRTUAL_FOLDER_UNAVAILABLE(21061, "Virtual folder \"{path}\" of account \"{account}\" in \"{real_path}\" cannot be "
      + "used now: {details}", groups(OPERATIONAL, SESSION, FAILURE, FAILURE_HIGH)),

  // Who is told of arrivals and events outside of the server, ours
  FILE_ARRIVED(21220, "File \"{path}\" of {size} bytes arrived over {protocol}.",
      groups(AUTHENTICATED, FILE_OPERATION, SUCCESS), "arrival", "real_path", "moved_to", "kind", "offset", "length",
      "sha256"),
  OUTBOX_STALLED(21221, "Output \"{output}\" is told of no arrivals now and will be later: {details}",
      groups(OPERATIONAL, FAILURE, FAILURE_HIGH)),
  OUTBOX_RESUMED(21222, "Output \"{output}\" is told of arrivals again, after {seconds} seconds.",
      groups(OPERATIONAL, SUCCESS)),
  ARRIVAL_PARKED(21223, "Output \"{output}\" did not take arrival {arrival}, \"{path}\" of account \"{account}\", in "
      + "{attempts} attempts; it is set aside, and others go on (stationmaster outbox show {output}): {details}",
      groups(OPERATIONAL, FAILURE, FAILURE_HIGH)),
  OUTBOX_GAVE_UP(21224, "Output \"{output}\" will not be told of {count} arrivals, which are older than {hours} hours "
      + "(events.outputs.{output}.give-up-after).", groups(OPERATIONAL, FAILURE, FAILURE_CRITICAL)),
  EVENTS_REFUSED(21225, "Output \"{output}\" did not want {count} events, which it will not be told again: {details}",
      groups(OPERATIONAL, FAILURE)),
  COMMAND_SAID(21226, "The command of output \"{output}\" ended well after {seconds} seconds and said: {details}",
      groups(OPERATIONAL, INFORMATIONAL), "key"),

  // Who is let in, ours
  SOURCE_REFUSED(21300, "Connection refused: {rule} (listeners.{listener}.sources)."
      + "[ {repeated} more from there since.]",
      groups(SESSION, FAILURE)),
  NETWORK_LIMIT(21301, "Connection refused: {source} has {limit} connections already (connections.max-per-network)."
      + "[ {repeated} more from there since.]", groups(SESSION, FAILURE)),
  CONNECTION_DISPLACED(21302, "A connection without a login gives way to a new one: there are {limit} ({setting}), and "
      + "{source} holds most of those without a login, {count}.[ {repeated} more from there since.]",
      groups(SESSION, FAILURE)),
  CONNECTIONS_WAIT(21303, "New connections wait: there are {limit} ({setting}), from {sources} networks, none of which "
      + "holds too many without a login.[ {repeated} more had to wait since.]", groups(OPERATIONAL, SESSION, FAILURE)),
  ACCOUNT_LIMIT(21304, "Login refused: account \"{account}\" has {limit} connections already ({setting})."
      + "[ {repeated} more since.]", groups(AUTHENTICATION, SESSION, FAILURE)),
  TOO_FEW_FILES(21305, "The process may have {files} files open, and connections.max-total: {limit} needs {needed}. No "
      + "more than {count} connections are served at the same time.", groups(OPERATIONAL, FAILURE)),
  ACCEPT_FAILED(21306, "Listener \"{name}\" cannot accept connections: {details}. They wait, and it is tried again "
      + "every second.", groups(OPERATIONAL, FAILURE)),
  ACCEPT_RECOVERED(21307, "Listener \"{name}\" accepts connections again, after {seconds} seconds.",
      groups(OPERATIONAL, SUCCESS)),
  SESSION_LIMIT(21308, "A limit is reached: {details} ({setting}).[ {repeated} more times since.]",
      groups(SESSION, FAILURE)),
  PROXY_HEADER_REFUSED(21310, "Connection from a proxy refused: its PROXY header {details} "
      + "(listeners.{listener}.proxy-protocol).[ {repeated} more from it since.]", groups(SESSION, FAILURE)),

  // Guessing and bans; the first and the last are known from SFTPPlus
  SOURCE_BANNED(20005, "{source} may not connect for {seconds} seconds: {reason} ({policy_name}).",
      groups(OPERATIONAL, SESSION, FAILURE)),
  ACCOUNT_HELD(21340, "Passwords for \"{username}\" from {source} are not looked at for {seconds} seconds, after "
      + "{failures} wrong ones (guessing.account-failures).", groups(AUTHENTICATION, SESSION, FAILURE)),
  PASSWORD_NOT_LOOKED_AT(21341, "The password for \"{username}\" was not looked at: too many from {source} were wrong; "
      + "{seconds} seconds are left.", groups(AUTHENTICATION, SESSION, FAILURE)),
  SOURCE_SPARED(21342, "{source} is not banned, although {reason}: {because}.",
      groups(AUTHENTICATION, SESSION, FAILURE)),
  BANNED_SOURCE_REFUSED(21343, "Connection refused: {source} is banned until {until}: {reason}."
      + "[ {repeated} more from there since.]", groups(SESSION, FAILURE)),
  BAN_NOT_STORED(21344, "The ban of {source} would not survive a restart: {details}", groups(OPERATIONAL, FAILURE)),
  BAN_ADDED(21345, "An operator banned {source} until {until}: {reason}.",
      groups(ADMINISTRATION, OPERATIONAL, SUCCESS)),
  ACCOUNT_RELEASED(21346, "An operator has passwords for \"{username}\" from {source} looked at again.",
      groups(ADMINISTRATION, OPERATIONAL, SUCCESS)),
  SSH_DOWNGRADE_REFUSED(21347, "The session of account \"{account_name}\" is ended: its client wants to go on with "
      + "{algorithms}, and the account demands {minimum} (minimum-security).",
      groups(SESSION, FAILURE, FAILURE_HIGH, SSH)),
  PASSWORDS_IN_CLEAR_TAKEN(21348, "Listener \"{name}\" takes passwords in clear text, which everybody on the way can "
      + "read. If the stations can do TLS, set listeners.{name}.tls.explicit, or explicit-tls of single accounts, to "
      + "required-for-login.", groups(OPERATIONAL, PROCESS, INFORMATIONAL, FTP)),
  BAN_REMOVED(50008, "An operator lifted the ban of {source_ip}: {policy_name}.",
      groups(ADMINISTRATION, OPERATIONAL, SUCCESS)),

  // SSH and SFTP
  SSH_REQUEST_REFUSED(30008, "SSH request refused: {details}", groups(AUTHENTICATED, FAILURE, SSH)),
  SSH_GLOBAL_REQUEST_REFUSED(30004, "SSH global request \"{request_type}\" refused.",
      groups(AUTHENTICATED, INFORMATIONAL, SSH)),
  SSH_UNKNOWN_MESSAGE(30005, "SSH message {message_id} is not known; the client was told so.",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, SSH)),
  SSH_COMMAND_STARTED(30009, "Command \"{command}\" is executed.",
      groups(OPERATIONAL, AUTHENTICATED, INFORMATIONAL, SSH)),
  SSH_COMMAND_ENDED(30010, "Command \"{command}\" ended with exit status {exit_status}.",
      groups(OPERATIONAL, AUTHENTICATED, SUCCESS, SSH)),
  SFTP_STARTED(30011, "Subsystem {service_name} successfully started in \"{real_path}/\" as \"{virtual_path}\".",
      groups(AUTHENTICATION, AUTHENTICATED, SUCCESS, SSH), "client_version", "key_exchange", "host_key", "in_cipher",
      "out_cipher", "in_hmac", "out_hmac", "in_compression", "out_compression"),
  SFTP_CLOSED(30012, "Subsystem SFTP closed, protocol version {sftp_version}.", groups(AUTHENTICATED, SUCCESS, SSH)),
  SSH_NO_COMMON_ALGORITHM(30013, "No common {type} with \"{client_version}\"[ ({client})]: the client offers "
      + "{client_algorithms}; the server offers {server_algorithms}. {remedy}",
      groups(SESSION, FAILURE, FAILURE_HIGH, SSH)),
  SSH_CONNECTION_MADE(30014, "New SSH connection made.", groups(SESSION, INFORMATIONAL, SSH)),
  SSH_CONNECTION_LOST(30015, "SSH connection closed by the {ended_by} during {phase}[: {reason}]. {received} bytes "
      + "received and {sent} sent in {duration} seconds, at last {last_message}. Client \"{client_version}\", "
      + "protected using host-key:{host_key} key-exchange:{key_exchange} in-hmac:{in_hmac} in-cipher:{in_cipher} "
      + "out-hmac:{out_hmac} out-cipher:{out_cipher}.", groups(AUTHENTICATED, INFORMATIONAL, SSH), "in_compression",
      "out_compression"),
  SFTP_PACKET_FAILED(30016, "SFTP packet could not be processed: {details}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, FAILURE_HIGH, SSH)),
  SFTP_CLOSED_READ_WRITE(30017, "File \"{path}\" opened for {mode} was closed: {total_read} bytes read, {total_write} "
      + "bytes written in {duration} seconds.", groups(AUTHENTICATED, SUCCESS, FILE_OPERATION, SSH), Fields.TRANSFER),
  SFTP_LIST(30019, "Listing folder \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_LISTED(30020, "Successfully listed folder \"{path}\".", fileOperation(SUCCESS, SSH), "real_path"),
  SFTP_LIST_FAILED(30021, "Folder \"{path}\" could not be listed: {details}", fileOperation(FAILURE, SSH), "real_path"),
  SFTP_DELETE(30022, "Deleting file \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_DELETED(30023, "File \"{path}\" was deleted.", fileOperation(SUCCESS, SSH, OPERATION_DELETE), "real_path"),
  SFTP_DELETE_FAILED(30024, "File \"{path}\" could not be deleted: {details}",
      fileOperation(FAILURE, SSH, OPERATION_DELETE), "real_path"),
  SFTP_RENAME(30025, "Renaming \"{from}\" to \"{to}\".", fileOperation(INFORMATIONAL, SSH), "path", "real_path"),
  SFTP_RENAMED(30026, "\"{from}\" was renamed to \"{to}\".", fileOperation(SUCCESS, SSH, OPERATION_RENAME), "path",
      "real_path"),
  SFTP_RENAME_FAILED(30027, "\"{from}\" could not be renamed to \"{to}\": {details}",
      fileOperation(FAILURE, SSH, OPERATION_RENAME), "path", "real_path"),
  SFTP_CREATE_FOLDER(30028, "Creating folder \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_FOLDER_CREATED(30029, "Folder \"{path}\" was created.", fileOperation(SUCCESS, SSH, OPERATION_CREATE_FOLDER),
      "real_path"),
  SFTP_CREATE_FOLDER_FAILED(30030, "Folder \"{path}\" could not be created: {details}",
      fileOperation(FAILURE, SSH, OPERATION_CREATE_FOLDER), "real_path"),
  SFTP_DELETE_FOLDER(30031, "Deleting folder \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_FOLDER_DELETED(30032, "Folder \"{path}\" was deleted.", fileOperation(SUCCESS, SSH, OPERATION_DELETE),
      "real_path"),
  SFTP_DELETE_FOLDER_FAILED(30033, "Folder \"{path}\" could not be deleted: {details}",
      fileOperation(FAILURE, SSH, OPERATION_DELETE), "real_path"),
  SFTP_ATTRIBUTES(30034, "Attributes of \"{path}\" requested.", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_ATTRIBUTES_READ(30035, "Attributes of \"{path}\" returned.", fileOperation(SUCCESS, SSH), "real_path"),
  SFTP_ATTRIBUTES_FAILED(30036, "Attributes of \"{path}\" are not available: {details}", fileOperation(FAILURE, SSH),
      "real_path"),
  SFTP_SET_ATTRIBUTES(30037, "Setting attributes of \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path",
      "attributes"),
  SFTP_ATTRIBUTES_SET(30038, "Attributes of \"{path}\" were set.", fileOperation(SUCCESS, SSH), "real_path",
      "attributes"),
  SFTP_SET_ATTRIBUTES_FAILED(30039, "Attributes of \"{path}\" could not be set: {details}",
      fileOperation(FAILURE, SSH), "real_path", "attributes"),
  SFTP_READ_WRITE_INCOMPLETE(30040, "File \"{path}\" opened for {mode} was not closed by the client and is not "
      + "published: {total_read} bytes read, {total_write} bytes written in {duration} seconds; {details}",
      fileOperation(FAILURE, SSH), Fields.TRANSFER),
  SFTP_READ_INCOMPLETE(30041, "Download of \"{path}\" is incomplete after {total_read} bytes in {duration} seconds: "
      + "{details}", fileOperation(FAILURE, SSH, OPERATION_READ), Fields.TRANSFER),
  SFTP_WRITE_INCOMPLETE(30042, "Upload of \"{path}\" is incomplete after {total_write} bytes in {duration} seconds and "
      + "is not published: {details}", fileOperation(FAILURE, SSH, OPERATION_WRITE), Fields.TRANSFER),
  SFTP_OPENED(30043, "File \"{path}\" opened for {mode}.", fileOperation(SUCCESS, SSH), Fields.TRANSFER),
  SFTP_OPEN_FAILED(30044, "File \"{path}\" could not be opened for {mode}: {details}",
      fileOperation(FAILURE, SSH), Fields.TRANSFER),
  SFTP_READ_FAILED(30045, "Reading {length} bytes at {offset} of \"{path}\" failed: {details}",
      fileOperation(FAILURE, SSH), "real_path"),
  SFTP_WRITE_FAILED(30046, "Writing {length} bytes at {offset} of \"{path}\" failed: {details}",
      fileOperation(FAILURE, SSH), "real_path"),
  SFTP_CLOSE_FAILED(30047, "File \"{path}\" opened for {mode} could not be closed and is not published: {details}",
      fileOperation(FAILURE, FAILURE_HIGH, SSH), Fields.TRANSFER),
  SFTP_UNSUPPORTED(30048, "SFTP request \"{request}\" is not part of protocol version 3.",
      groups(AUTHENTICATED, FAILURE, SSH)),
  SSH_PUBLIC_KEY_UNREADABLE(30049, "The public key that \"{username}\" offers could not be read: {details}",
      groups(AUTHENTICATION, SESSION, FAILURE, SSH)),
  SSH_ENDED_BY_SERVER(30050, "The SSH connection is ended by the server: {reason}.",
      groups(SESSION, INFORMATIONAL, SSH)),
  SFTP_READLINK(30053, "Reading symbolic link \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_SYMLINK(30056, "Making symbolic link \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_SYMLINK_FAILED(30058, "Symbolic link \"{path}\" was refused: {details}", fileOperation(FAILURE, SSH),
      "real_path"),
  SFTP_READLINK_FAILED(30055, "Symbolic link \"{path}\" was not read: {details}", fileOperation(FAILURE, SSH),
      "real_path"),
  SFTP_EXTENSION_REFUSED(30059, "SFTP extended request \"{request}\" refused.", groups(AUTHENTICATED, FAILURE, SSH)),
  SFTP_REALPATH(30060, "Canonical file name requested for \"{path}\".", fileOperation(INFORMATIONAL, SSH), "real_path"),
  SFTP_HANDLE_ATTRIBUTES_FAILED(30061, "Attributes of the open file \"{path}\" are not available: {details}",
      fileOperation(FAILURE, SSH), "real_path"),
  SCP_CLOSED(30064, "SCP ended with exit status {exit_status}[: {details}].",
      groups(AUTHENTICATED, INFORMATIONAL, SSH)),
  SCP_FAILED(30065, "Internal error in SCP: {details}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, FAILURE_CRITICAL, SSH)),
  SSH_COMMAND_FAILED(30066, "Internal error in command \"{command}\": {details}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, FAILURE_CRITICAL, SSH)),
  SFTP_READ_CLOSED(30067, "File \"{path}\" was closed after reading {total_read} bytes in {duration} seconds "
      + "({read_speed} bytes per second).", fileOperation(SUCCESS, SSH, OPERATION_READ), Fields.TRANSFER),
  SFTP_WRITE_CLOSED(30068, "File \"{path}\" was closed after writing {total_write} bytes in {duration} seconds "
      + "({write_speed} bytes per second).", fileOperation(SUCCESS, SSH, OPERATION_WRITE), Fields.TRANSFER),
  SFTP_HANDLE_ATTRIBUTES_READ(30081, "Attributes of the open file \"{path}\" returned.",
      fileOperation(SUCCESS, SSH), "real_path"),
  SSH_DISCONNECTED_BY_CLIENT(30082, "The client ends the SSH connection: {details}",
      groups(AUTHENTICATED, INFORMATIONAL, SSH), "code"),
  PASSWORD_EXPIRED(31080, "The password of account \"{account_name}\" has expired; the client is asked for a new one.",
      groups(AUTHENTICATION, SESSION, INFORMATIONAL, SSH)),

  // SSH, ours
  SSH_FOREIGN_PROTOCOL(31100, "The client does not speak SSH version 2: what came is {protocol}, \"{first_bytes}\".",
      groups(SESSION, FAILURE, SSH)),

  // SSH, ours
  MODULI_LOADED(31000, "The group exchange uses the groups in \"{real_path}\": {groups}.",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL, SSH)),
  MODULI_LINE_UNUSABLE(31001, "Line {line} of \"{real_path}\" is not used for the group exchange: {details}.",
      groups(OPERATIONAL, PROCESS, FAILURE, SSH)),
  MODULI_UNUSABLE(31002, "No line of \"{real_path}\" can be used for the group exchange; the shipped groups are.",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_HIGH, SSH)),
  HOST_KEY_MISSING(31003, "Listener \"{name}\" cannot offer {algorithms}: there is no host key for it[ {details}] "
      + "(ssh.host-keys, listeners.{name}.algorithms).", groups(OPERATIONAL, PROCESS, INFORMATIONAL, SSH)),
  UNENCRYPTED_OFFERED(31004, "Listener \"{name}\" offers the cipher none: what a client that chooses it sends can be "
      + "read by everybody on the way[; {details}].", groups(OPERATIONAL, PROCESS, FAILURE, SSH)),
  PASSWORD_IN_CLEAR_REFUSED(31005, "Login of \"{username}\" by {credentials_type} refused: the connection is not "
      + "encrypted (listeners.{listener}.allow-password-without-encryption).", groups(SESSION, FAILURE, SSH)),
  SSH_KEYS_RENEWED(31006, "The keys of the connection were renewed: host-key:{host_key} key-exchange:{key_exchange} "
      + "in-hmac:{in_hmac} in-cipher:{in_cipher} out-hmac:{out_hmac} out-cipher:{out_cipher}.",
      groups(SESSION, SUCCESS, SSH), "client_version", "in_compression", "out_compression"),
  SSH_ARITHMETIC(31007,
      "Diffie-Hellman and ChaCha20 of SSH, and RSA signatures, are computed by {library}[: {details}].",
      groups(OPERATIONAL, PROCESS, INFORMATIONAL, SSH)),
  SSH_TOO_WEAK(31033, "Login of account \"{account_name}\" refused after a right credential: the connection uses "
      + "{algorithms}, and the account demands {minimum} (minimum-security). The client has to offer {instead}.",
      groups(AUTHENTICATION, SESSION, FAILURE, FAILURE_HIGH, SSH)),
  SSH_KEY_REFUSED(31030, "The key {fingerprint} ({key}) of \"{username}\" is refused: {reason}.",
      groups(AUTHENTICATION, SESSION, FAILURE, SSH)),
  SSH_NO_LOGIN(31031, "\"{username}\" did not log in. Tried {attempts}.[ {remedy}]",
      groups(AUTHENTICATION, SESSION, FAILURE, SSH), "client_version"),
  SSH_HOST_KEY_REFUSED(31032, "The client \"{client_version}\" left when it had seen the host key {host_key} "
      + "{fingerprint}. It may have stored another one for this server: remove that there, or give the server its "
      + "former key back (ssh.host-keys). Programs that only collect host keys leave like this, too.",
      groups(AUTHENTICATION, SESSION, FAILURE, SSH)),

  // FTP and FTPS
  FTP_STORE_OPENED(10012, "File \"{path}\" opened for writing at offset {offset}.",
      fileOperation(SUCCESS, FTP), Fields.TRANSFER),
  FTP_STORE_OPEN_FAILED(10013, "File \"{path}\" could not be opened for writing at offset {offset}: {details}",
      fileOperation(FAILURE, FTP), Fields.TRANSFER),
  FTP_NO_PASSIVE_PORT(10015, "No port is free for a passive data connection in {port_range}: {details}",
      groups(AUTHENTICATED, OPERATIONAL, FAILURE, FAILURE_HIGH, FTP), "mode"),
  FTP_COMMAND_FAULT(10016, "Internal error in FTP command {command}: {details}",
      groups(OPERATIONAL, AUTHENTICATED, FAILURE, FAILURE_CRITICAL, FTP)),
  FTP_UNKNOWN_COMMAND(10019, "FTP command {command} is not known.", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_CLOSED_BEFORE_TLS(10021, "The {channel_type} connection was closed before the TLS handshake was finished: "
      + "{details}", groups(SESSION, FAILURE)),
  FTP_PASSIVE_READY(10022, "Waiting for a passive data connection on {address}:{port} ({mode}).",
      groups(AUTHENTICATED, INFORMATIONAL, FTP)),
  FTP_PASSIVE_NEVER_CAME(10023, "The client {client_address} never connected to the passive port {address}:{port} "
      + "({mode}): {details}. {hint}",
      groups(AUTHENTICATED, FAILURE, FAILURE_HIGH, FTP)),
  FTP_AUTH_TLS(10024, "The client asks for TLS on the command connection.", groups(SESSION, INFORMATIONAL, FTP)),
  FTP_APPEND(10025, "Appending to file \"{path}\".", fileOperation(INFORMATIONAL, FTP), Fields.TRANSFER),
  FTP_BAD_ADDRESS(10026, "{command} with address \"{address}\" refused: {details}",
      groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_DATA_CLOSED(10030, "Data connection with {peer_address} closed after {received} bytes received and {sent} bytes "
      + "sent in {duration} seconds.", groups(AUTHENTICATED, INFORMATIONAL, FTP), "host_address", "encryption"),
  FTP_DATA_BROKEN(10031, "Data connection with {peer_address} broke after {received} bytes received and {sent} bytes "
      + "sent in {duration} seconds: {details}", groups(AUTHENTICATED, FAILURE, FTP), "host_address", "encryption"),
  FTP_DATA_IDLE(10032, "Data connection with {peer_address} was silent for {seconds} seconds and is closed.",
      groups(SESSION, FAILURE, FAILURE_HIGH, FTP), "host_address"),
  FTP_CONNECTION_MADE(10033, "New {protocol} connection made.", groups(SESSION, INFORMATIONAL, FTP)),
  FTP_CONNECTION_CLOSED(10034, "Command connection closed[: {reason}].[ Last command: {last_command}.]",
      groups(AUTHENTICATED, INFORMATIONAL, FTP), "encryption"),
  FTP_TLS_REQUIRED(10035, "{command} refused: listener \"{listener}\" requires TLS first (tls.explicit).",
      groups(SESSION, FAILURE, FTP)),
  FTP_DATA_TLS_REQUIRED(10036, "{command} refused: listener \"{listener}\" requires an encrypted data connection "
      + "(tls.explicit); the client should send PROT P.", groups(SESSION, FAILURE, FTP)),
  FTP_CHANGE_FOLDER(10037, "Changing to folder \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_FOLDER_CHANGED(10038, "Changed to folder \"{path}\".", fileOperation(SUCCESS, FTP), "real_path"),
  FTP_CHANGE_FOLDER_FAILED(10039, "Could not change to folder \"{path}\": {details}", fileOperation(FAILURE, FTP),
      "real_path"),
  FTP_APPEND_OPENED(10040, "File \"{path}\" opened for appending.",
      fileOperation(SUCCESS, FTP, OPERATION_APPEND), Fields.TRANSFER),
  FTP_APPEND_OPEN_FAILED(10041, "File \"{path}\" could not be opened for appending: {details}",
      fileOperation(FAILURE, FTP, OPERATION_APPEND), Fields.TRANSFER),
  FTP_CONNECTION_BROKEN(10042, "Command connection broke: {details}",
      groups(AUTHENTICATED, FAILURE, FAILURE_HIGH, FTP), "encryption"),
  FTP_DELETE(10043, "Deleting file \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_DELETED(10044, "File \"{path}\" was deleted.", fileOperation(SUCCESS, FTP, OPERATION_DELETE), "real_path"),
  FTP_DELETE_FAILED(10045, "File \"{path}\" could not be deleted: {details}",
      fileOperation(FAILURE, FTP, OPERATION_DELETE), "real_path"),
  FTP_LIST(10046, "Listing \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_LISTED(10047, "Successfully listed \"{path}\".", fileOperation(SUCCESS, FTP), "real_path"),
  FTP_LIST_FAILED(10048, "\"{path}\" could not be listed: {details}", fileOperation(FAILURE, FTP), "real_path"),
  FTP_ATTRIBUTES(10049, "Attributes of \"{path}\" requested.", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_ATTRIBUTES_READ(10050, "Attributes of \"{path}\" returned.", fileOperation(SUCCESS, FTP), "real_path"),
  FTP_ATTRIBUTES_FAILED(10051, "Attributes of \"{path}\" are not available: {details}", fileOperation(FAILURE, FTP),
      "real_path"),
  FTP_CREATE_FOLDER(10052, "Creating folder \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_FOLDER_CREATED(10053, "Folder \"{path}\" was created.", fileOperation(SUCCESS, FTP, OPERATION_CREATE_FOLDER),
      "real_path"),
  FTP_CREATE_FOLDER_FAILED(10054, "Folder \"{path}\" could not be created: {details}",
      fileOperation(FAILURE, FTP, OPERATION_CREATE_FOLDER), "real_path"),
  FTP_DATA_OPENED(10055, "Data connection with {peer_address} opened.", groups(AUTHENTICATED, SUCCESS, FTP),
      "host_address"),
  FTP_STARTED(10059, "FTP session started in \"{real_path}/\" as \"{virtual_path}\".",
      groups(AUTHENTICATION, AUTHENTICATED, SUCCESS, FTP)),
  FTP_ACTIVE_REQUESTED(10062, "The client waits for an active data connection on {address}:{port} ({mode}).",
      groups(AUTHENTICATED, INFORMATIONAL, FTP)),
  FTP_ACTIVE_CONNECTED(10063, "Active data connection to {address}:{port} made.",
      groups(AUTHENTICATED, INFORMATIONAL, FTP), "source_address", "source_port"),
  FTP_ACTIVE_FAILED(10064, "Active data connection to {address}:{port} failed: {details}. {hint}",
      groups(AUTHENTICATED, FAILURE, FAILURE_HIGH, FTP)),
  FTP_CURRENT_FOLDER(10065, "Current folder \"{path}\" requested.", groups(AUTHENTICATED, INFORMATIONAL, FTP)),
  FTP_QUIT(10066, "The client says goodbye.", groups(SESSION, INFORMATIONAL, FTP)),
  FTP_RETRIEVE(10068, "Sending file \"{path}\".", fileOperation(INFORMATIONAL, FTP), Fields.TRANSFER),
  FTP_RETRIEVED(10069, "File \"{path}\" was sent: {total_read} bytes in {duration} seconds ({read_speed} bytes per "
      + "second).", fileOperation(SUCCESS, FTP, OPERATION_READ), Fields.TRANSFER),
  FTP_RETRIEVE_FAILED(10070, "File \"{path}\" was not sent whole: {total_read} bytes in {duration} seconds; {details}",
      fileOperation(FAILURE, FAILURE_HIGH, FTP, OPERATION_READ), Fields.TRANSFER),
  FTP_DELETE_FOLDER(10071, "Deleting folder \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_FOLDER_DELETED(10072, "Folder \"{path}\" was deleted.", fileOperation(SUCCESS, FTP, OPERATION_DELETE),
      "real_path"),
  FTP_DELETE_FOLDER_FAILED(10073, "Folder \"{path}\" could not be deleted: {details}",
      fileOperation(FAILURE, FTP, OPERATION_DELETE), "real_path"),
  FTP_RENAME(10074, "Renaming \"{from}\" to \"{to}\".", fileOperation(INFORMATIONAL, FTP), "path", "real_path"),
  FTP_RENAMED(10075, "\"{from}\" was renamed to \"{to}\".", fileOperation(SUCCESS, FTP, OPERATION_RENAME), "path",
      "real_path"),
  FTP_RENAME_FAILED(10076, "\"{from}\" could not be renamed to \"{to}\": {details}",
      fileOperation(FAILURE, FTP, OPERATION_RENAME), "path", "real_path"),
  FTP_STORE(10077, "Receiving file \"{path}\".", fileOperation(INFORMATIONAL, FTP), Fields.TRANSFER),
  FTP_STORED(10078, "File \"{path}\" was received: {total_write} bytes in {duration} seconds ({write_speed} bytes per "
      + "second).", fileOperation(SUCCESS, FTP, OPERATION_WRITE), Fields.TRANSFER),
  FTP_STORE_FAILED(10079, "File \"{path}\" is incomplete after {total_write} bytes in {duration} seconds and is not "
      + "published: {details}", fileOperation(FAILURE, FAILURE_HIGH, FTP, OPERATION_WRITE), Fields.TRANSFER),
  FTP_UNKNOWN_TYPE(10080, "TYPE {type} is not known.", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_TYPE_SET(10081, "Representation type set to {type}.", groups(AUTHENTICATED, INFORMATIONAL, FTP)),
  FTP_IDLE(10084, "The client sent no command for {seconds} seconds; the connection is closed.",
      groups(SESSION, FAILURE, FAILURE_HIGH, FTP)),
  FTP_CCC_DONE(10085, "The client ended TLS on the command connection (CCC); what it says now is in clear text.",
      groups(AUTHENTICATED, SUCCESS, FTP)),
  FTP_CCC_IN_CLEAR(10086, "CCC refused: the command connection is in clear text already.",
      groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_CCC_REFUSED(10087, "CCC refused: listener \"{listener}\" keeps the command connection inside TLS "
      + "(tls.allow-ccc).", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_TLS_FAILED(10088, "TLS handshake failed on the {channel_type} connection: {details}",
      groups(AUTHENTICATED, FAILURE, FAILURE_HIGH, FTP), "ended_by"),
  FTP_RETRIEVE_OPENED(10094, "File \"{path}\" opened for reading at offset {offset}.",
      fileOperation(SUCCESS, FTP), Fields.TRANSFER),
  FTP_RETRIEVE_OPEN_FAILED(10095, "File \"{path}\" could not be opened for reading at offset {offset}: {details}",
      fileOperation(FAILURE, FTP), Fields.TRANSFER),
  FTP_SET_ATTRIBUTES(10096, "Setting attributes of \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path",
      "attributes"),
  FTP_ATTRIBUTES_SET(10097, "Attributes of \"{path}\" were set.", fileOperation(SUCCESS, FTP), "real_path",
      "attributes"),
  FTP_SET_ATTRIBUTES_FAILED(10098, "Attributes of \"{path}\" could not be set: {details}",
      fileOperation(FAILURE, FTP), "real_path", "attributes"),
  FTP_TLS_UP(10100, "The {channel_type} connection is protected by {encryption}.",
      groups(AUTHENTICATED, INFORMATIONAL, FTP)),
  FTP_PIPELINED_BEHIND_AUTH(11000, "{count} bytes came in clear text behind AUTH and before TLS; the connection is "
      + "closed, nothing of them was executed.", groups(SESSION, FAILURE, FAILURE_HIGH, FTP)),
  FTP_DATA_FOREIGN(11001, "A data connection from {peer_address} was refused: it does not come from the client of the "
      + "command connection.", groups(AUTHENTICATED, FAILURE, FAILURE_HIGH, FTP), "port"),
  FTP_LOGIN_IN_CLEAR_REFUSED(11002, "Login of \"{username}\" refused: listener \"{listener}\" requires TLS first "
      + "(tls.explicit).", groups(SESSION, FAILURE, FTP)),
  FTP_CHECKSUM(11003, "Computing {algorithm} of \"{path}\".", fileOperation(INFORMATIONAL, FTP), "real_path"),
  FTP_CHECKSUM_COMPUTED(11004, "{algorithm} of \"{path}\" from byte {from} to before {end} is {checksum}.",
      fileOperation(SUCCESS, FTP), "real_path"),
  FTP_CHECKSUM_FAILED(11005, "{algorithm} of \"{path}\" was not computed: {details}", fileOperation(FAILURE, FTP),
      "real_path"),
  FTP_PASSIVE_NAME_FAILED(11020, "The passive-address {name} cannot be found: {details}. [PASV goes on to tell "
      + "{address}.]", groups(OPERATIONAL, FAILURE, FAILURE_HIGH, FTP)),
  FTP_PASSIVE_NAME_FOUND(11021, "The passive-address {name} is {address}[ and was {former}].",
      groups(OPERATIONAL, INFORMATIONAL, FTP)),
  FTP_PASV_OVER_IPV6(11022, "PASV was refused on the IPv6 connection to {address}, because it can tell IPv4 addresses "
      + "only: the client should send EPSV, or connect over IPv4.", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_ACTIVE_PORT_UNAVAILABLE(11023, "Active data connections do not come from port {port}: {details}. They come from "
      + "any port instead, which some firewalls refuse; give the process CAP_NET_BIND_SERVICE, or set "
      + "ftp.active-source-port to 0.", groups(OPERATIONAL, INFORMATIONAL, FTP)),
  FTP_NO_CLOSE_NOTIFY(11050, "The client ended its upload inside TLS without close_notify, so nobody knows whether it "
      + "is whole; it is refused. If this client never sends one, set listeners.{listener}.tls.close-notify, or the "
      + "account's close-notify, to accept.", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_TLS_NOT_REUSED(11051, "A data connection was refused: it did not resume the TLS session of its command "
      + "connection, as listener \"{listener}\" demands (tls.session-reuse).", groups(AUTHENTICATED, FAILURE, FTP)),
  FTP_TOO_WEAK(11052, "Login of account \"{account_name}\" refused: it demands {demand}, and the connection has "
      + "{encryption}.", groups(AUTHENTICATION, SESSION, FAILURE, FAILURE_HIGH, FTP)),
  FTP_FOREIGN_PROTOCOL(11054, "The client speaks {protocol} on a port of {expected}: {remedy}.",
      groups(SESSION, FAILURE, FTP)),
  FTP_TLS_TIMEOUT(11055, "The TLS handshake was not finished within {seconds} seconds: {details}",
      groups(SESSION, FAILURE, FTP)),
  LEGACY_TLS_ALLOWED(11053, "{weaknesses} are allowed in this process because of {listeners}, which offer them by "
      + "name; the other listeners keep to what they offer.", groups(OPERATIONAL, PROCESS, INFORMATIONAL, FTP)),
  FTP_MOVED_FILE_ANSWERED(11100, "File \"{path}\" has been moved away since it arrived at {arrived}; the client is "
      + "told that it has {size} bytes (remember-moved).", fileOperation(INFORMATIONAL, FTP), "real_path"),

  // Reserved with their meaning for a client tool; nothing emits them yet
  CLIENT_CONNECTING(20140, "Connecting resource \"{name}\".", groups(AUTHENTICATED, INFORMATIONAL, CLIENT_SIDE)),
  CLIENT_CONNECTED(20141, "Resource \"{name}\" successfully connected.",
      groups(OPERATIONAL, AUTHENTICATED, SUCCESS, CLIENT_SIDE)),
  CLIENT_TEXT_FAILED(20145, "The sentence of event {id} could not be made from {bad_data}: {details}",
      groups(OPERATIONAL, PROCESS, FAILURE, FAILURE_CRITICAL, CLIENT_SIDE)),
  CLIENT_SSH_CONNECTED(30072, "Location {name} connected to the SSH server.",
      groups(SESSION, INFORMATIONAL, SSH, CLIENT_SIDE)),
  CLIENT_SSH_LOST(30073, "Connection to SSH server was lost for location {name}. Protected using host-key:{host_key} "
      + "key-exchange:{key_exchange} in-hmac:{in_hmac} in-cipher:{in_cipher} out-hmac:{out_hmac} "
      + "out-cipher:{out_cipher}", groups(SESSION, INFORMATIONAL, SSH, CLIENT_SIDE), "server_version"),
  CLIENT_SFTP_STARTED(30076, "Client SFTP subsystem initialized for location {name}.",
      groups(AUTHENTICATED, SUCCESS, SSH, CLIENT_SIDE), "credentials_type"),
  CLIENT_GET_FAILED(60054, "Failed to get \"{path}\" from \"{location}\": {details}",
      groups(AUTHENTICATED, FAILURE, FILE_OPERATION, CLIENT_SIDE)),
  CLIENT_ATTRIBUTES_READ(60071, "Successfully got attributes for \"{path}\" on \"{location}\".",
      groups(AUTHENTICATED, SUCCESS, FILE_OPERATION, CLIENT_SIDE));

  private static final Set<EventCatalogue> RESERVED = EnumSet.range(CLIENT_CONNECTING, CLIENT_ATTRIBUTES_READ);

  /** Fields that several events share. */
  private static final class Fields {
    /** A field in a sentence. */
    static final Pattern IN_TEXT = Pattern.compile("\\{([a-z0-9_]+)}");
    /** The facts of a transfer; sizes in bytes, duration in seconds, speeds in bytes per second. */
    static final String[] TRANSFER = {"path", "real_path", "requested_path", "mode", "offset", "total_read",
        "total_write", "read_speed", "write_speed", "duration"};
  }

  private final int number;
  private final String template;
  private final Set<EventGroup> groups;
  private final Set<String> fields;

  EventCatalogue(int number, String template, Set<EventGroup> groups, String... furtherFields) {
    this.number = number;
    this.template = template;
    this.groups = groups;
    Set<String> all = new TreeSet<>(List.of(furtherFields));
    Matcher field = Fields.IN_TEXT.matcher(template);
    while (field.find()) {
      all.add(field.group(1));
    }
    this.fields = Set.copyOf(all);
  }

  /** The number that names this event for ever. */
  public int number() {
    return number;
  }

  /** The sentence with its fields in braces. */
  public String template() {
    return template;
  }

  /** What the event is about. */
  public Set<EventGroup> groups() {
    return groups;
  }

  /** The names of the data that the event carries. */
  public Set<String> fields() {
    return fields;
  }

  /** Whether the number only keeps its place and meaning, because what emits it is a later tool. */
  public boolean isReserved() {
    return RESERVED.contains(this);
  }

  /**
   * The sentence with the fields filled in and made harmless. A part in square brackets is left out when a field in it
   * is empty; elsewhere an empty field reads as {@code -}.
   */
  String render(Map<String, Object> data) {
    StringBuilder out = new StringBuilder(template.length() + 64);
    render(out, data);
    return out.toString();
  }

  /** Appends that sentence. */
  void render(StringBuilder out, Map<String, Object> data) {
    int from = 0;
    while (from < template.length()) {
      int open = template.indexOf('[', from);
      fill(out, template, from, open < 0 ? template.length() : open, data, "-");
      if (open < 0) {
        break;
      }
      int close = template.indexOf(']', open);
      int before = out.length();
      if (!fill(out, template, open + 1, close, data, "")) {
        out.setLength(before);
      }
      from = close + 1;
    }
  }

  /** Appends a part of the template; false if a field in it is empty. */
  private static boolean fill(StringBuilder out, String template, int from, int to, Map<String, Object> data,
      String forEmpty) {
    boolean isWhole = true;
    int at = from;
    for (int open = template.indexOf('{', at); open >= 0 && open < to; open = template.indexOf('{', at)) {
      int close = template.indexOf('}', open);
      String value = String.valueOf(data.getOrDefault(template.substring(open + 1, close), ""));
      isWhole &= !value.isEmpty();
      out.append(template, at, open);
      Escaped.append(out, value.isEmpty() ? forEmpty : value);
      at = close + 1;
    }
    out.append(template, at, to);
    return isWhole;
  }

  private static Set<EventGroup> groups(EventGroup... groups) {
    return Set.of(groups);
  }

  private static Set<EventGroup> fileOperation(EventGroup... groups) {
    List<EventGroup> all = new ArrayList<>(List.of(groups));
    all.add(AUTHENTICATED);
    all.add(FILE_OPERATION);
    return Set.copyOf(all);
  }
}
