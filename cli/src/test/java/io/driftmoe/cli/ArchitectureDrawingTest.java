// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The drawings in ARCHITECTURE.md show the modules of the poms and the packages of the classes. */
class ArchitectureDrawingTest {
  private static final String GROUP = "io.driftmoe";
  private static final String ARTIFACT = "driftmoe-";

  @Test
  void modules_areThoseOfThePoms_andSoAreTheirArrows() {
    MermaidDrawing drawing = drawing("modules");

    assertThat(drawing.labels().keySet()).isEqualTo(Set.copyOf(modules()));
    assertThat(withoutImplied(drawing.arrows()))
        .as("an arrow that follows from others is left out of the drawing")
        .isEqualTo(drawing.arrows());
    assertThat(drawing.arrows())
        .as("expected: the poms, less implied arrows")
        .isEqualTo(withoutImplied(poms()));
  }

  @Test
  void packages_areThoseOfTheClasses() {
    Set<String> drawn = new TreeSet<>();
    packagesOfModules().values().forEach(drawn::addAll);

    assertThat(drawn).isEqualTo(packagesInside().keySet());
  }

  @Test
  void arrowsInsideAModule_areThoseOfTheClasses() {
    MermaidDrawing drawing = drawing("packages");
    Map<String, Set<String>> expected = new TreeMap<>();
    for (Set<String> module : packagesOfModules().values()) {
      if (module.size() > 1) {
        for (String one : module) {
          Set<String> others = new TreeSet<>(packagesInside().get(one));
          others.retainAll(module);
          expected.put(one, others);
        }
      }
    }

    assertThat(drawing.arrows()).isEqualTo(expected);
  }

  @Test
  void implied_isWhatOtherArrowsSay() {
    Map<String, Set<String>> arrows =
        Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of("d"), "d", Set.of());

    assertThat(withoutImplied(arrows))
        .isEqualTo(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("d"), "d", Set.of()));
  }

  @Test
  void drawing_refusesALineThatItDoesNotKnow() {
    String document = "```mermaid\n%% x\nflowchart BT\n  a --- b\n```\n";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MermaidDrawing.of(document, "x"))
        .withMessageContaining("a --- b");
    assertThatIllegalArgumentException().isThrownBy(() -> MermaidDrawing.of(document, "y"));
  }

  private static MermaidDrawing drawing(String name) {
    return MermaidDrawing.of(Repository.read(Repository.root().resolve("ARCHITECTURE.md")), name);
  }

  /**
   * From each module the packages in its node, whose label is "module<br>
   * package, package"; none where it is the module alone, which has tests only.
   */
  private static Map<String, Set<String>> packagesOfModules() {
    Map<String, Set<String>> packages = new TreeMap<>();
    drawing("modules")
        .labels()
        .forEach(
            (module, label) ->
                packages.put(
                    module,
                    label.equals(module)
                        ? Set.of()
                        : new TreeSet<>(
                            Arrays.asList(label.split("<br>", 2)[1].split(", |,<br>")))));
    return packages;
  }

  /** From each package those it uses, as they are called below {@code io.driftmoe}. */
  private static Map<String, Set<String>> packagesInside() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : MainClasses.all()) {
      Set<String> used = uses.computeIfAbsent(name(type), name -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(GROUP + "."))
          .map(ArchitectureDrawingTest::name)
          .filter(name -> !name.equals(name(type)))
          .forEach(used::add);
    }
    return uses;
  }

  private static String name(JavaClass type) {
    return type.getPackageName().substring(GROUP.length() + 1);
  }

  /** Leaves out each arrow whose target is reached through another arrow of its source, too. */
  private static Map<String, Set<String>> withoutImplied(Map<String, Set<String>> arrows) {
    Map<String, Set<String>> needed = new TreeMap<>();
    arrows.forEach(
        (from, targets) ->
            needed.put(
                from,
                targets.stream()
                    .filter(
                        target ->
                            targets.stream()
                                .filter(other -> !other.equals(target))
                                .noneMatch(other -> reaches(other, target, arrows)))
                    .collect(Collectors.toCollection(TreeSet::new))));
    return needed;
  }

  private static boolean reaches(String from, String to, Map<String, Set<String>> arrows) {
    return arrows.get(from).stream().anyMatch(next -> next.equals(to) || reaches(next, to, arrows));
  }

  private static List<String> modules() {
    NodeList modules = pom(Repository.root()).getElementsByTagName("module");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < modules.getLength(); i++) {
      names.add(modules.item(i).getTextContent().strip());
    }
    return names;
  }

  /** From each module those of ours that its main classes are compiled and run with. */
  private static Map<String, Set<String>> poms() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (String module : modules()) {
      Set<String> targets = new TreeSet<>();
      Element pom = pom(Repository.root().resolve(module));
      NodeList dependencies = pom.getElementsByTagName("dependency");
      for (int i = 0; i < dependencies.getLength(); i++) {
        Element dependency = (Element) dependencies.item(i);
        if (text(dependency, "groupId").equals(GROUP)
            && !text(dependency, "scope").equals("test")) {
          targets.add(text(dependency, "artifactId").substring(ARTIFACT.length()));
        }
      }
      arrows.put(module, targets);
    }
    return arrows;
  }

  private static String text(Element parent, String tag) {
    NodeList found = parent.getElementsByTagName(tag);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }

  private static Element pom(Path folder) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(folder.resolve("pom.xml").toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalStateException(folder + ": " + e.getMessage(), e);
    }
  }
}
