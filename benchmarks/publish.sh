#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs everything that RESULTS.md shows and writes RESULTS.md from the reports. Takes hours; stopped
# and started again, it goes on where it was. Full reports, with plots, are in out/published.
# WORKERS=1 runs one cell at a time: slower, and the costs are those of an idle machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=out/published
workers=${WORKERS:-$(nproc)}
nine=led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,elec
generators=led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,agrawal_a,agrawal_g,hyperplane,random_tree,random_tree_a,recurring,regime_s4s,regime_s8s,regime_s4o,regime_s8o,regime_mc4,regime_h4,regime_imb,regime_loc,regime_rec
sizes=size_d10,size_d100,size_d1000,size_k2,size_k10,size_k100
ours=adaptive,adaptive-no-knn,flat-forest,paper-data,paper-task
peers=NaiveBayes,HoeffdingTree,EFDT,HoeffdingAdaptiveTree,ARF-10,SRP-10,LeveragingBag-10,OzaBag,OzaBoost,OzaBagAdwin,OnlineSmoothBoost,kNN,no-change,majority
mkdir -p "$out"
results=$out/RESULTS.md

cat > "$results" <<'END'
# Results

The reports of the commands in `benchmarks/publish.sh`; every section shows its own, and the commits it was run at: a
section stays as it is until it is run again. Accuracies, kappas and the like are in per cent. Runs share a machine with
other work: costs compare within a section, not across them.
END

# The report of a command, its headings one level below the title.
section() { # title, file
  printf '\n## %s\n\n' "$1" >> "$results"
  sed -e 1,2d -e 's/^#/##/' "$2" >> "$results"
}

compare() { # folder, title, options of bench
  local folder=$out/$1 title=$2
  shift 2
  ./driftmoe bench "$@" --workers "$workers" --out "$folder" > /dev/null
  section "$title" "$folder/report.md"
}

compare nine 'The nine streams, 100,000 events' \
  --streams "$nine" --learners "$ours,$peers" --events 100000 --seeds 1,2,3
# A forest of 100 trees costs more than all others together, hence one seed. Costs compare within a
# run only, hence the others once more.
compare nine-arf-100 'Accuracy and cost beside a forest of 100 trees, one seed' \
  --streams "$nine" --learners adaptive,adaptive-no-knn,flat-forest,ARF-100,ARF-10,HoeffdingTree --events 100000
workers=1 compare quiet 'The cost of adaptive with nothing else running, JVM start included' \
  --streams "$nine" --learners adaptive,adaptive-no-knn,HoeffdingTree --events 100000
compare tree "Our Hoeffding tree beside MOA's, 1,000,000 events" \
  --streams "$nine" --learners flat-HoeffdingTree,HoeffdingTree --events 1000000 --warm-up 200000
compare real 'Real streams, at most 300,000 events' \
  --streams weather,covtype_50,outdoor,powersupply,kddcup99,flights \
  --learners "$ours,ARF-100,$peers" --events 300000
compare generators 'Further generators, 100,000 events' \
  --streams agrawal_a,agrawal_g,hyperplane,random_tree,recurring,regime_s4s,regime_h4,regime_loc,regime_rec \
  --learners "$ours,HoeffdingTree,HoeffdingAdaptiveTree,ARF-10,no-change" --events 100000
# Specialists and sleep: with and without, on seeds that nothing was tuned on. Nobody is told the
# sources of the events but the oracles. What came of it: docs/research/router.md.
nine_regimes=regime_s4s,regime_s8s,regime_s4o,regime_s8o,regime_mc4,regime_h4,regime_imb,regime_loc,regime_rec
without=adaptive,adaptive-unrouted,adaptive-unrouted-awake
compare regimes 'Regimes, 60,000 events' \
  --streams "$nine_regimes" --learners "$without,ARF-10,oracle-source,oracle-posterior" \
  --events 60000 --seeds 11,12,13,14,15
compare regimes-shared 'Regimes: the same experts, all trained on everything' \
  --streams "$nine_regimes" --learners shared-everything --events 60000 --seeds 11,12,13,14,15
compare regimes-parts 'Regimes: without sleep, without routed specialists, without the library' \
  --streams "$nine_regimes" --learners adaptive-awake,adaptive-no-S,adaptive-no-T --events 60000 --seeds 11
compare regimes-late 'Regimes, late labels' \
  --streams "$nine_regimes" --learners "$without" --events 60000 --seeds 11 --label-delay 100,1000
compare regimes-more 'Regimes of more classes or concepts, and real streams with sources; at most 100,000 events' \
  --streams regime_k5,regime_inc,regime_skew,regime_rec8,flights,kddcup99 \
  --learners adaptive,adaptive-unrouted-awake,ARF-10,oracle-source --events 100000 --seeds 11
compare nine-without 'The nine streams with and without specialists and sleep' \
  --streams "$nine" --learners "$without" --events 100000 --seeds 1,2,3
compare nine-late 'The nine streams with and without specialists and sleep, late labels' \
  --streams "$nine" --learners "$without" --events 100000 --label-delay 100,1000
compare real-without 'Real streams with and without specialists and sleep, at most 100,000 events' \
  --streams weather,covtype_50,outdoor,powersupply,kddcup99,flights --learners "$without" \
  --events 100000 --seeds 1,2,3
workers=1 compare quiet-without 'The cost of adaptive with and without specialists and sleep, nothing else running' \
  --streams "$nine" --learners "$without" --events 100000 --seeds 1
compare real-more 'Two long real streams, at most 300,000 events' \
  --streams kddcup99,flights --learners adaptive,adaptive-unrouted-awake --events 300000 --seeds 1
compare memory-specialists 'Memory with specialists after 1,000,000 events' \
  --streams led_a,rbf_f5,random_tree,regime_s8s,flights --learners adaptive --events 1000000 --seeds 1
compare paper 'The presets against the published figures, 1,000,000 events' \
  --streams led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,elec --learners paper-data,paper-task --events 1000000 --seeds 1,2,3

# Three seeds above are three worlds of centroids. With MOA's default seeds all learners meet one and the same.
world() { # name, speed
  local file=$out/$1.arff
  [[ -f $file ]] || {
    java -cp 'cli/target/lib/*' moa.DoTask "WriteStreamToARFFFile -f $file.part -m 1000000 \
      -s (generators.RandomRBFGeneratorDrift -s $2 -k 50)" > /dev/null 2>&1
    mv "$file.part" "$file"
  }
}
world rbf_m_moa 1.0E-4
world rbf_f_moa 1.0E-3
compare rbf_m_moa "Moderately moving radial basis functions of MOA's default seeds, 1,000,000 events" \
  --data "$out/rbf_m_moa.arff" --class class --learners paper-data,paper-task --events 1000000 --seeds 1,2,3,4,5,6,7,8,9,10
compare rbf_f_moa "Fast moving radial basis functions of MOA's default seeds, 1,000,000 events" \
  --data "$out/rbf_f_moa.arff" --class class --learners paper-data,paper-task --events 1000000 --seeds 1,2,3,4,5,6,7,8,9,10
# How much of paper-data's accuracy there hangs on how its router is trained.
cat > "$out/router.yaml" <<'END'
top-6: {preset: paper-data, topK: 6}
batch-32: {preset: paper-data, batchSize: 32}
batch-1024: {preset: paper-data, batchSize: 1024}
lr-.0005: {preset: paper-data, learningRate: 0.0005}
lr-.008: {preset: paper-data, learningRate: 0.008}
gate-32: {preset: paper-data, hidden: [32]}
END
compare router 'The same, moderately moving, with other settings of the router' \
  --data "$out/rbf_m_moa.arff" --class class --variants "$out/router.yaml" --events 1000000 --seeds 1,2

compare memory 'Memory after 1,000,000 events' \
  --streams "$generators,$sizes" --learners adaptive --events 1000000

# Cost against the number of experts (learners: trees of a forest that all learn, experts of the
# paper of which three learn), of attributes and of classes (streams).
for experts in 6 12 24 48; do
  echo "forest-$experts: {preset: adaptive, pool: [{type: forest, members: $experts}]}"
done > "$out/growth.yaml"
for experts in 6 12 24 48; do
  echo "paper-data-$experts: {preset: paper-data, experts: $experts}"
done >> "$out/growth.yaml"
compare growth 'Cost against size' \
  --streams "$sizes" --learners adaptive,paper-task,HoeffdingTree --variants "$out/growth.yaml" \
  --events 20000 --warm-up 5000

compare elec 'Electricity, to be set beside what MOA prints' \
  --streams elec --learners HoeffdingTree,HoeffdingAdaptiveTree,OzaBag,LeveragingBag-10,ARF-10,ARF-30,ARF-100,SRP-10,no-change
compare folds 'Cross-validated' \
  --streams sea_a,elec --learners paper-data,HoeffdingTree,NaiveBayes --events 50000 --folds 10
compare delays 'Delayed labels' \
  --streams led_a,sea_a,elec --learners adaptive,paper-data,ARF-10,HoeffdingTree --events 100000 \
  --label-delay 0,100,1000,10000,0-10000
compare drift 'Drift detection' \
  --streams led_a,led_g,sea_a,sea_g --learners paper-data,HoeffdingTree --events 100000 --seeds 1,2,3 \
  --detectors ADWIN,DDM,EDDM,HDDM-A,HDDM-W,Page-Hinkley,KSWIN,RDDM,STEPD,CUSUM,EWMA,SEED,SeqDrift2

./driftmoe bench --end-to-end --seconds 12 --out "$out/end-to-end" > /dev/null
section 'From Kafka to Kafka' "$out/end-to-end/end-to-end.md"

./driftmoe bench --micro --micro-forks 1 --micro-time 0.5 --out "$out/micro" > "$out/micro.txt"
{
  printf '\n## Microbenchmarks\n\n```\n./driftmoe bench --micro --micro-forks 1 --micro-time 0.5\n\n'
  cat "$out/micro.txt"
  printf '```\n'
} >> "$results"

mv "$results" benchmarks/RESULTS.md
echo "written: benchmarks/RESULTS.md; plots: $out/*/report.html" >&2
