package org.stationmaster.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.config.DataSize;

/** How fast files may move in one direction: all together, and those of an account together. */
final class Rates {
  private final AccountOption<DataSize> option;
  private final RateLimit all;
  /** Of the accounts with a limit of their own that have been here; they are few, and so is what is kept of them. */
  private final Map<String, Own> accounts = new ConcurrentHashMap<>();

  private record Own(AtomicLong rate, RateLimit limit) {
    static Own make() {
      AtomicLong rate = new AtomicLong();
      return new Own(rate, new RateLimit(rate::get));
    }
  }

  /** {@code all} is the rate of all accounts together, asked each time. */
  Rates(AccountOption<DataSize> option, LongSupplier all) {
    this.option = option;
    this.all = new RateLimit(all);
  }

  /** What holds back a file that {@code connection} opens now. */
  Pace pace(Connection connection) {
    Optional<Account> account = connection.account();
    long own = account.flatMap(who -> who.option(option)).map(DataSize::bytes).orElse(RateLimit.NONE);
    if (own == RateLimit.NONE) {
      return new Pace(connection, List.of(all));
    }
    Own limit = accounts.computeIfAbsent(account.get().name(), _ -> Own.make());
    limit.rate().set(own);
    return new Pace(connection, List.of(limit.limit(), all));
  }
}
