// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the words in which versions 1 to 3 of a mixture's snapshot held its configuration. Versions
 * 2 and 3 had a record's own text, {@code Name[component=value, ...]}, with lists in brackets,
 * numbers, constants of enums and {@code null}. The names are those of the records at that time,
 * whatever they are called today: the tables below never change.
 */
final class OldConfigWords {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String TYPE = "type";

  /** Kinds by the names their records had; all other records are plain groups of settings. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("ForestFactory", "forest"),
          Map.entry("GuardedFactory", "guarded"),
          Map.entry("HoeffdingTreeFactory", "hoeffding-tree"),
          Map.entry("MoaHoeffdingTreeFactory", "moa-hoeffding-tree"),
          Map.entry("NaiveBayesFactory", "naive-bayes"),
          Map.entry("NearestNeighboursFactory", "nearest-neighbours"),
          Map.entry("LogisticRegressionFactory", "logistic-regression"),
          Map.entry("RoutedSpecialistsFactory", "routed-specialists"),
          Map.entry("RegimeLibraryFactory", "regime-library"),
          Map.entry("CommitteeFactory", "committee"),
          Map.entry("MajorityClassFactory", "majority-class"),
          Map.entry("NoChangeFactory", "no-change"),
          Map.entry("AdwinFactory", "adwin"),
          Map.entry("DdmFactory", "ddm"),
          Map.entry("EddmFactory", "eddm"),
          Map.entry("HddmAFactory", "hddm-a"),
          Map.entry("HddmWFactory", "hddm-w"),
          Map.entry("PageHinkleyFactory", "page-hinkley"),
          Map.entry("KswinFactory", "kswin"),
          Map.entry("RddmFactory", "rddm"),
          Map.entry("StepdFactory", "stepd"),
          Map.entry("MlpBce", "mlp-bce"),
          Map.entry("MlpNll", "mlp-nll"),
          Map.entry("FixedShare", "fixed-share"),
          Map.entry("Regimes", "data"),
          Map.entry("Classes", "task"),
          Map.entry("ArgMax", "arg-max"),
          Map.entry("Soft", "soft"),
          Map.entry("TopK", "top-k"));

  /** An expert, or as a component of this name of specialists a plain group of settings. */
  private static final String NETWORK = "MlpClassifierFactory";

  private static final String NETWORK_COMPONENT = "network";

  /** More than any configuration has: what is deeper is damaged. */
  private static final int MAX_DEPTH = 64;

  /** Settings whose names have changed since. */
  private static final Map<String, String> COMPONENTS = Map.of("specialisation", "division");

  /** As version 1 wrote it, when every mixture had MOA's trees and one network on raw inputs. */
  private static final Pattern VERSION_1 =
      Pattern.compile(
          "(?:classes|regimes\\(experts=(\\d+), topK=(\\d+)\\)), seed=(-?\\d+), hidden=\\[(.*)\\],"
              + " learningRate=(.*), dropout=(.*), batchSize=(\\d+), temperature=(.*),"
              + " detectorDelta=(.*), evaluationWindow=(\\d+)");

  private final String words;
  private int at;
  private int depth;

  private OldConfigWords(String words) {
    this.words = words;
  }

  /**
   * The configuration that version 1 described.
   *
   * @throws IllegalArgumentException when the words are none of its
   */
  static MixtureConfig readVersion1(String words) {
    Matcher found = VERSION_1.matcher(words);
    if (!found.matches()) {
      throw new IllegalArgumentException("not understood: " + words);
    }
    Division division =
        found.group(1) == null
            ? new Division.Task(MoaHoeffdingTreeFactory.paper())
            : Division.Data.alike(
                Integer.parseInt(found.group(1)),
                MoaHoeffdingTreeFactory.paper(),
                Integer.parseInt(found.group(2)));
    List<Integer> hidden = Arrays.stream(found.group(4).split(", ")).map(Integer::valueOf).toList();
    NetworkConfig network =
        new NetworkConfig(
            InputEncoding.RAW,
            hidden,
            Double.parseDouble(found.group(5)),
            Double.parseDouble(found.group(6)),
            Integer.parseInt(found.group(7)),
            Double.parseDouble(found.group(8)));
    return new MixtureConfig(
        division,
        Long.parseLong(found.group(3)),
        List.of(new MaskGateFactory(network)),
        new Replacement.Never(),
        new Sleeping.Never(),
        Double.parseDouble(found.group(9)),
        Integer.parseInt(found.group(10)));
  }

  /**
   * The configuration that versions 2 and 3 described, as a tree of its components.
   *
   * @throws IllegalArgumentException when the words are none of theirs
   */
  static JsonNode tree(String words) {
    OldConfigWords reader = new OldConfigWords(words);
    JsonNode tree = reader.value("");
    reader.check(reader.at == words.length());
    return tree;
  }

  private JsonNode value(String component) {
    depth++;
    check(depth <= MAX_DEPTH);
    JsonNode value = next() == '[' ? list() : named(component);
    depth--;
    return value;
  }

  private JsonNode named(String component) {
    int start = at;
    while (at < words.length() && "[],=".indexOf(words.charAt(at)) < 0) {
      at++;
    }
    String word = words.substring(start, at);
    check(!word.isEmpty());
    if (next() == '[') {
      return record(word, component);
    }
    return word.equals("null") ? NODES.nullNode() : NODES.textNode(word);
  }

  private ArrayNode list() {
    ArrayNode items = NODES.arrayNode();
    at++;
    while (next() != ']') {
      items.add(value(""));
      separator();
    }
    at++;
    return items;
  }

  private ObjectNode record(String name, String place) {
    ObjectNode fields = NODES.objectNode();
    if (KINDS.containsKey(name)) {
      fields.put(TYPE, KINDS.get(name));
    } else if (name.equals(NETWORK) && !place.equals(NETWORK_COMPONENT)) {
      fields.put(TYPE, "mlp");
    }
    at++;
    JsonNode only = null;
    int count = 0;
    while (next() != ']') {
      int equals = words.indexOf('=', at);
      check(equals > at);
      String component = words.substring(at, equals);
      at = equals + 1;
      only = value(component);
      fields.set(COMPONENTS.getOrDefault(component, component), only);
      separator();
      count++;
    }
    at++;
    // a record around a single group of settings has that one's settings
    if (count == 1 && only instanceof ObjectNode group && !group.has(TYPE)) {
      fields.retain(TYPE);
      fields.setAll(group);
    }
    return fields;
  }

  private void separator() {
    if (next() == ',') {
      check(words.startsWith(", ", at));
      at += 2;
    } else {
      check(next() == ']');
    }
  }

  private char next() {
    return at < words.length() ? words.charAt(at) : '\0';
  }

  private void check(boolean understood) {
    if (!understood) {
      throw new IllegalArgumentException("not understood at character " + at + ": " + words);
    }
  }
}
