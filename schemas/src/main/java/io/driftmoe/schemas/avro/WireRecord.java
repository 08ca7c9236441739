// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas.avro;

import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Parent of every generated record. It registers these classes with Avro, once per JVM and before
 * any of them is used, as classes that may be instantiated, so that no system property is needed.
 */
public abstract class WireRecord extends SpecificRecordBase {
  private static final long serialVersionUID = 1L;

  private static final List<Class<?>> GENERATED =
      List.of(
          FeatureEvent.class,
          LabelEvent.class,
          PredictionEvent.class,
          DriftEvent.class,
          DriftKind.class,
          MetricsEvent.class,
          SpecialistRegion.class,
          ExplainedPrediction.class,
          ExpertVote.class,
          DeadLetter.class,
          DeadLetterKind.class,
          Explanation.class,
          ExplainedVote.class,
          FeatureAttribution.class,
          Question.class,
          QuestionReason.class,
          AskedFeature.class,
          BranchReport.class,
          ControlEvent.class,
          ControlCommand.class);

  /*
   * Avro's list of trusted classes is one per copy of Avro, and several copies of this class may
   * share it (Flink loads each job's jar anew). So: add to what is there, add nothing twice, and add
   * names only, since a reference to a class would keep an ended job's class loader alive.
   */
  static {
    synchronized (ClassSecurityValidator.class) {
      ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
      if (!GENERATED.stream().allMatch(trusted::isTrusted)) {
        ClassSecurityValidator.Builder names = ClassSecurityValidator.builder();
        GENERATED.forEach(names::add);
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(trusted, names.build()));
      }
    }
  }
}
