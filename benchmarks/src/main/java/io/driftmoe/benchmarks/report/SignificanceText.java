// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;

/** Whether learners differ by more than chance, in Markdown. */
final class SignificanceText {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  SignificanceText(Results results) {
    this.results = results;
  }

  String text() {
    significance();
    return text.toString();
  }

  private void paragraph(String words) {
    text.append(words).append('\n');
  }

  private void significance() {
    Ranking ranking = Ranking.of(results, Measure.ACCURACY);
    paragraph("## Do the learners differ?\n");
    ranking
        .leftOut()
        .forEach(
            (learner, why) ->
                paragraph(
                    "%s is left out of ranks and test: %s.\n"
                        .formatted(MarkdownTable.plain(learner), MarkdownTable.plain(why))));
    if (!ranking.reasonAgainstTest().isEmpty()) {
      paragraph(ranking.reasonAgainstTest() + "\n");
      return;
    }
    int n = ranking.streams().size();
    FriedmanTest friedman = FriedmanTest.of(ranking.averages(), n);
    NemenyiTest nemenyi = NemenyiTest.of(ranking.averages(), n);
    paragraph(
        ("Friedman test on the mean accuracies of %s learners on %s streams: chi-square %s with %s "
                + "degrees of freedom (%s); Iman-Davenport F %s with %s and %s (%s). Nemenyi "
                + "critical difference at the 5 %% level: **%s** ranks.\n")
            .formatted(
                friedman.learners(),
                n,
                Numbers.fixed(friedman.chiSquare(), 2),
                friedman.learners() - 1,
                Numbers.probability(friedman.chiSquareP()),
                Double.isInfinite(friedman.f()) ? "infinite" : Numbers.fixed(friedman.f(), 2),
                friedman.learners() - 1,
                (friedman.learners() - 1) * (n - 1),
                Numbers.probability(friedman.fP()),
                Numbers.fixed(nemenyi.criticalDifference(), 2)));
    for (List<Integer> clique : nemenyi.cliques()) {
      paragraph(
          "- no significant difference within: "
              + clique.stream()
                  .map(
                      l ->
                          "%s (%s)"
                              .formatted(
                                  MarkdownTable.plain(ranking.learners().get(l)),
                                  Numbers.fixed(ranking.averages()[l], 2)))
                  .collect(Collectors.joining(", ")));
    }
    paragraph("");
  }
}
