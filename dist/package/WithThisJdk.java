/** Runs the words of its command line as a command whose JAVA_HOME is the JDK that Maven has chosen, which runs this. */
void main(String[] words) throws Exception {
  var command = new ProcessBuilder(words).inheritIO();
  command.environment().put("JAVA_HOME", System.getProperty("java.home"));
  System.exit(command.start().waitFor());
}
