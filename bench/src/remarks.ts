/** What is to be said below a benchmark's table: why a number is what it is, and what was done about it. */
export const REMARKS: Readonly<Record<string, readonly string[]>> = {
  'noop-rerun': [
    'What is left of the cached rerun is to load the plugin and to look at sizes and times of the pictures and recipes, ' +
      'before the tasks and after them, so that no edited picture is restored over. With `--skip-nx-cache` the engine is ' +
      'loaded as well. The executor takes the world that the project graph kept, and reads no imagery.yaml.',
    'An entity in which nothing was to be done is known again by all that this was judged by: its files, those of the ' +
      'entities that it shows, style, settings, build, and by size, times and inode each picture, recipe and reference. What ' +
      'is not known is judged: the prompt of each scene is made, since the content key is over the request, and its recipe is ' +
      'read. A profile of that with 1,800 scenes: a third to make prompts and keys, a sixth to read recipes, an eighth for ' +
      'garbage collection and loading, and no function has more than a twentieth. So it is after an edit for that entity, and ' +
      'for all of them after Nx wrote the pictures from its cache, since their inodes are then new. ' +
      'Sizes `quick` have 450 scenes. With 1,800 the ratio was 2.11 before anything was kept, and 1.22 with it (2.5 the first ' +
      'time; three rounds by hand, others at work).',
  ],
  'start-up': [
    "What `import('chargen-core')` costs above an empty process, by a profile: more than a third to compile 1.5 MB of " +
      'JavaScript, a fifth to find, open and read files and to load modules of Node, the rest to run the modules, of which the ' +
      'regular expressions for looks and what is left of zod are the largest parts. Schemas are made when something is held ' +
      'to them (1,182 objects of zod before, 429 now), the parser that knows places is loaded when it is needed (there ' +
      'were two copies), and the modules are in 11 files instead of 18. Together they take a quarter off: in the same rounds, ' +
      'with others at work, 311 ms before and 240 after, above an empty process of 150. Minified bundles were tried: half of ' +
      'the bytes, but 6 % of the time (1 % if only white space goes), so stack traces keep their names. Node 20 has no ' +
      'compile cache. The aim of 200 ms was set on a machine where an empty process takes 40 to 60 ms.',
    '`chargen --help` reads 4 files instead of 11: the command itself with commander and the table of its commands, and two of the engine. ' +
      'In the same rounds it was 89 ms above an empty process before that, and 70 after. An empty process that runs a module ' +
      'from a file, and does nothing, has 17 of these. Standard input, what starts processes (commander has it for commands that are ' +
      'programs) and the text with the version are not read any more: 80 ms in place of 82 (median of 6 rounds of 8 runs, with ' +
      'an empty process of 60).',
  ],
  'show-projects': [
    'If nothing changed, sizes and times of the files are looked at, and the finished projects are taken from one file. The ' +
      'trivial plugin takes the same projects from a table, and looks at no file: an Nx process for one more plugin, and 9 MB ' +
      'of projects to send from there to Nx. What this plugin adds to that is to look at the files, to prove the digest of ' +
      'what is kept, and to be asked for the edges, for which Nx sends it all projects. The last is the largest part: with ' +
      'the hook taken out in a trial the ratio was 1.15 instead of 1.23, beside 1.09 of the trivial plugin (three rounds, ' +
      'others at work). It stays. Edges as `implicitDependencies` would be of another type and without the file that says ' +
      'so, and the guard of edited pictures needs the targets of all projects, which no other hook gives at that price.',
    'After an edit the entity is read again, and of the others those that show what was edited: an edit of a prompt makes one ' +
      'project anew, an edit of looks also those of all entities that show that one. To find these, what others let an entity ' +
      'see is compared for the whole world. In the plugin alone, without Nx, that is 490 ms of processor time after edits of 30 ' +
      'prompts, where 130 do if nothing changed (others at work): 200 to read the 30 files, by code that V8 has not optimised ' +
      'yet; 130 for the projects, of which most are parsed as they were kept; 30 for links, 30 to write and to read what is kept.',
    'Without any cache each file is read as YAML, each authored field gets a digest, and what was read and made is written for ' +
      'the next process. In the plugin alone that is 2,060 ms: half to read, a fifth to make projects, an eighth for links, a ' +
      'twentieth to write. Six hundred of it are in threads of V8, which optimise functions and free memory. Of the main ' +
      'thread, by a profile: a fifth for garbage collection, 8 % each for YAML, for digests of fields and to hold the data to ' +
      'a schema. No place has more than a twentieth by itself.',
    'The graph holds entities without the words of their scenes, and keeps them so for the next process: what runs reads whole ' +
      'entities itself the first time. Before that, most entities of a world of 5,000 were read back from the disk for each ' +
      'reference to them. In the plugin alone that was 13.3 s without any cache, 5.9 s after edits of 150 looks and 2.4 of 150 ' +
      'prompts; now 9.5, 3.8 and 1.7 (one run each, in turns, others at work).',
    'With nothing changed the ratio was 1.9 before projects were kept (three rounds by hand, others at work). Sizes `quick` stop ' +
      'at 1,000 entities.',
  ],
  planning: [
    'Of a large world `chargen plan` holds a small head of each entity, and a key and a name of each scene to be made: some 300 ' +
      'bytes a scene, an estimate. What was read of an entity is written into Nx’s workspace data and read from there when it ' +
      'is needed; what takes 24 MB there stays in memory at a time. In a workspace without that folder, in which Nx has never ' +
      'run, the world is held, since a command makes no folder of Nx: then each further scene took 5.6 kB, up to 30,000 of them. ' +
      'By hand, with 5,000 entities of 60 scenes and other programs at work, the plan of all 300,000 scenes was made to its end with ' +
      'a peak of 809 MB, that of 30,000 with 311 MB: 1.9 kB for each further scene. 334 MB of heap were in use when reading had ended, ' +
      '500 MB at the end, garbage included. A snapshot of a plan of 90,000 scenes shows what there is: for each scene to be made its ' +
      'key and name, for each scene a name in the look for circles, and otherwise what was read from the disk last. That takes two ' +
      'collections to go, since V8 holds what it deserialized until the reader of it is gone.',
    '`check` prints each diagnostic of a world in order, so that it holds all of them. The line that each shows was cut out of the ' +
      'text of its file, and V8 then kept the text: with 30,000 scenes and 33,917 warnings the peak was 392 MB. With the lines ' +
      'copied it is 357 MB, of which the world has most.',
  ],
  'real-shape': [
    'What `plan` and `check` cost without anything kept, by a profile of everything below a function: three tenths to read ' +
      'nine dialects (a third of that is YAML itself, a quarter the dialects, and as much the digests of authored fields and ' +
      'the copies that free the files), three tenths to compile 1,758 prompts (a quarter of that to read how each person looks, ' +
      'once a person, and a sixth to find what a scene says of clothes), a tenth for keys, states and costs of the scenes, 6 % ' +
      'for diagnostics and their places, 6 % to load the engine, 5 % to free memory. Nearly all of it is JavaScript that runs ' +
      'a few thousand times: planning the same world again in the same process takes two thirds of the time. What did not ' +
      'show in profiles of functions were two things of V8. Each `\\p{L}` in an expression took a millisecond to compile; for ' +
      'texts of Latin letters these expressions name Latin letters. And on Node 20 a third of the processor time is to optimize ' +
      'functions, in threads of its own. A flag that has V8 optimize later took that third off (3,035 ms became 2,068), but ' +
      'not from the clock, and Node does not promise that such a flag is safe after the start, so that none is set. More room ' +
      'for new objects gave nothing. `check` also looks through the words of each scene for what spoils pictures.',
    'With what was found kept, these shares are gone. What is left is to start, to load the engine, to look at the size and ' +
      'times of some ten files of each scene, and to write the plan. What was found about an entity is kept by all that it ' +
      'depends on, so that an edit of one file plans the scenes of it and of those that show it. If their words are the ' +
      'same, since only pictures came, their prompts are not compiled again either.',
    'What `adopt` and `record` cost: each file is parsed by js-yaml before and after its edits, and both must give the old ' +
      'data with just the changes, or nothing is written. The parser that knows places takes ten times as long; it is given ' +
      'the entries and list items that are edited, and the whole file only if it is not certain where these begin. What is ' +
      'left of both is to start and to read the world. `adopt` also compiles the prompt of each scene that it has a picture ' +
      'for, since a recipe holds it: a quarter of its time. As much goes to writing a picture and a recipe for each, several at ' +
      'once, each file synced by itself and each folder once, most of it in the system. To open, write, close and remove a temporary ' +
      'file as promises took one and a half to two and a half times as much processor time as without: 4.5 s in all, and 4.2 s ' +
      'now, with others at work and a floor of 0.38 s. With files in memory it is 3.5 s. The floor opens no picture and writes ' +
      'nothing. By a profile of 3.7 s, 0.8 are to edit YAML, 0.7 to read the world, 0.4 for prompts, 0.4 to read the pictures, ' +
      '0.4 to write 1,476 files and 0.3 to free memory. The exponent says that neither grows faster than the number of pictures.',
    'What is alive in the run are the world and the plans of all scenes with their requests: 70 to 100 MB of heap. The process ' +
      'without any of it has 70 MB, and V8 needs some 35 MB for what is new. The rest is garbage, which is freed whenever the ' +
      'heap has grown by 24 MB (a larger one by a quarter). Half of what there was of it came from the plan of the run, which ' +
      'was read again for each job. Result files are read line by line and take no part in it.',
  ],
  joining: [
    'The aim is a third of the time that the same version needs if it lays one picture after the other: 1.5 times the floor, ' +
      'measured once by hand with 1,000 pictures. Sixteen pictures are under way at a time; the files of one are ' +
      'written one after the other, in the order that the crash sweep tests. Of a shared store eight answers are asked for at a ' +
      'time, and each is durable in the clone’s own store before it is laid.',
  ],
  exporting: [
    'Two copies are made at a time, so that the time on the clock stays within the aim, also at small copies. Their ' +
      'processor time does not: a copy of a few milliseconds has as much beside it as a large one. The parts were not ' +
      'measured one by one. They are: to plan the scene, to read and hash the original twice (to judge it, and to be sure ' +
      'that the bytes which are copied are the same), the fields of each copy, and the placeholder of its picture.',
  ],
  prompts: [
    'The clauses of pose are counted by the same rules that leave them out, so the 0 says only that every part ' +
      'of a prompt goes through those rules. How often the rules are right was measured by hand. Each set of ' +
      'sentences about looks was labelled and measured before the rules were corrected by it. Three sets from one ' +
      'real world gave shares of .81, .84 and .85 in the right class (533 clauses). Since then the rules know a lexicon and ' +
      'more grammar. Four more sets are written in other manners: lists of image prompts, notes of games, novels. ' +
      'They gave .79, .77, .82 and .80 (611 clauses); the earlier rules reach .74, .68, .76 and .68 on them. ' +
      'Expect .80 to .85 on your own texts. Of the last set, precision and recall are: identity .81 and .87, ' +
      'attire .85 and .88, pose and props .63 and .61, setting .88 and .77. Of 87 clauses that belong in a prompt ' +
      '7 were left out, and of 61 that do not 12 were in a prompt (30 with the earlier rules). The aim of .9 for ' +
      'each class is not met on such texts. It is met on the labelled sentences in the tests, which were known while the rules were ' +
      'written. `appearance: { identity: …, attire: … }` needs no rule.',
  ],
};
