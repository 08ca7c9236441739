// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the comments of a record say of its components, read from the source: the comment of the
 * record has their meaning, that of its constructor their range.
 *
 * @param meanings component to text
 * @param ranges component to text
 */
record RecordComments(Map<String, String> meanings, Map<String, String> ranges) {
  private static final Map<Path, Map<String, RecordComments>> READ = new HashMap<>();

  /** The comments of a record of this project. */
  static RecordComments of(Class<?> type) {
    Class<?> outermost = type;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    String name = "src/main/java/" + outermost.getName().replace('.', '/') + ".java";
    Map<String, RecordComments> ofFile = READ.computeIfAbsent(source(name), RecordComments::read);
    RecordComments comments = ofFile.get(type.getSimpleName());
    List<String> components =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    if (comments == null || !comments.meanings.keySet().containsAll(components)) {
      throw new AssertionError("%s: @param is missing for some of %s".formatted(type, components));
    }
    return comments;
  }

  private static Path source(String name) {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules.map(m -> m.resolve(name)).filter(Files::exists).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, RecordComments> read(Path file) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(file));
      Scanner scanner = new Scanner(DocTrees.instance(task));
      scanner.scan(task.parse(), null);
      return scanner.found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final Map<String, RecordComments> found = new HashMap<>();

    private Scanner(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      if (type.getKind() == Tree.Kind.RECORD) {
        Map<String, String> meanings = parameters(getCurrentPath());
        Map<String, String> ranges =
            type.getMembers().stream()
                .filter(m -> m instanceof MethodTree method && method.getReturnType() == null)
                .map(m -> parameters(new TreePath(getCurrentPath(), m)))
                .filter(given -> given.keySet().equals(meanings.keySet()))
                .findFirst()
                .orElse(Map.of());
        found.put(type.getSimpleName().toString(), new RecordComments(meanings, ranges));
      }
      return super.visitClass(type, none);
    }

    private Map<String, String> parameters(TreePath place) {
      DocCommentTree comment = docs.getDocCommentTree(place);
      Map<String, String> texts = new LinkedHashMap<>();
      for (DocTree tag :
          Optional.ofNullable(comment).map(DocCommentTree::getBlockTags).orElse(List.of())) {
        if (tag instanceof ParamTree parameter) {
          texts.put(parameter.getName().getName().toString(), text(parameter.getDescription()));
        }
      }
      return texts;
    }

    private static String text(List<? extends DocTree> parts) {
      return parts.stream()
          .map(Scanner::text)
          .collect(Collectors.joining())
          .replaceAll("\\s+", " ")
          .strip();
    }

    private static String text(DocTree part) {
      if (part instanceof LiteralTree code) {
        return "`" + code.getBody().getBody() + "`";
      }
      if (part instanceof LinkTree link) {
        String shown = text(link.getLabel());
        List<String> names =
            new ArrayList<>(List.of(link.getReference().getSignature().split("[#.]")));
        return shown.isEmpty() ? "`" + names.get(names.size() - 1) + "`" : shown;
      }
      return part.toString();
    }
  }
}
