package org.stationmaster.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.storage.VirtualPath;

/**
 * Where the files of a session are that were published under another name than the client's, so that a client that
 * asks for size or time of what it has just sent, or sets its time, or renames it, finds it. The last ones only.
 */
final class PublishedNames {
  private static final int MOST = 100;

  private final Map<VirtualPath, VirtualPath> paths = Collections.synchronizedMap(new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<VirtualPath, VirtualPath> eldest) {
      return size() > MOST;
    }
  });

  void put(VirtualPath sent, VirtualPath published) {
    paths.put(sent, published);
  }

  Optional<VirtualPath> of(VirtualPath sent) {
    return Optional.ofNullable(paths.get(sent));
  }
}
