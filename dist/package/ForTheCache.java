import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * Brings the old classes in a folder to a version that the cache of the training run takes: those of before Java 6 have
 * no stack maps, and would be read and verified anew at each start.
 */
void main(String[] words) throws Exception {
  Path folder = Path.of(words[0]);
  try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null); var files = Files.walk(folder)) {
    var known = ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
    var classes = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
        ClassFile.ClassHierarchyResolverOption.of(known));
    var newer = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
        .andThen(ClassTransform.endHandler(each -> each.withVersion(ClassFile.JAVA_8_VERSION, 0)));
    for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
      var old = classes.parse(file);
      if (old.majorVersion() < ClassFile.JAVA_6_VERSION) {
        Files.write(file, classes.transformClass(old, newer));
      }
    }
  }
}
