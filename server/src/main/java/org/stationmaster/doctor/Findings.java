package org.stationmaster.doctor;

import java.util.ArrayList;
import java.util.List;

/** Takes what one check finds. */
final class Findings {
  private final String topic;
  private final List<Finding> all = new ArrayList<>();

  Findings(String topic) {
    this.topic = topic;
  }

  void ok(String what) {
    add(Severity.OK, what, "", "");
  }

  void note(String what, String why, String remedy) {
    add(Severity.NOTE, what, why, remedy);
  }

  void warning(String what, String why, String remedy) {
    add(Severity.WARNING, what, why, remedy);
  }

  void error(String what, String why, String remedy) {
    add(Severity.ERROR, what, why, remedy);
  }

  void add(Severity severity, String what, String why, String remedy) {
    all.add(new Finding(severity, topic, what, why, remedy));
  }

  /**
   * An error whose message is one of ours, {@code what is wrong; what to do}.
   *
   * @param otherwise what to do where the message does not say it
   */
  void refused(String message, String why, String otherwise) {
    int end = message.indexOf("; ");
    if (end < 0) {
      error(sentence(message), why, otherwise);
    } else {
      error(sentence(message.substring(0, end)), why, message.substring(end + 2));
    }
  }

  private static String sentence(String clause) {
    return clause.endsWith(".") ? clause : clause + ".";
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<Finding> all() {
    return all;
  }
}
