// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.MixtureOfExperts;
import java.util.ArrayList;
import java.util.List;

/**
 * What the experts of a job are called on the page: by the names of {@code driftmoe inspect}, and
 * where one without a name of its own is made of others, by theirs as well: {@code guarded
 * naive-bayes 1}.
 */
final class ExpertTitles {
  private ExpertTitles() {}

  /** One for each position. */
  static List<String> of(JobOptions options) {
    MixtureConfig config = options.learner().mixture().config(options.learner().seed());
    List<String> names = MixtureOfExperts.expertNames(config, options.schema().toStreamSchema());
    JsonNode pool = MixtureDocument.tree(config).path("pool");
    List<String> titles = new ArrayList<>();
    for (int e = 0; e < names.size(); e++) {
      titles.add(title(names.get(e), pool.size() == names.size() ? pool.path(e) : pool));
    }
    return titles;
  }

  private static String title(String name, JsonNode expert) {
    int position = name.lastIndexOf(' ');
    String inside = inside(expert);
    return position < 0 || inside.isEmpty()
        ? name
        : name.substring(0, position) + " " + inside + name.substring(position);
  }

  /** The kind of what a guard watches, or of which a committee is. */
  private static String inside(JsonNode expert) {
    if (expert.has("expert")) {
      return kind(expert.path("expert"));
    }
    JsonNode members = expert.path("members");
    if (!members.isArray() || members.isEmpty()) {
      return "";
    }
    String kind = kind(members.path(0));
    for (JsonNode member : members) {
      if (!kind(member).equals(kind)) {
        return "";
      }
    }
    return kind.isEmpty() ? "" : "of " + kind;
  }

  private static String kind(JsonNode expert) {
    return expert.isTextual() ? expert.asText() : expert.path("type").asText("");
  }
}
