// Leak tests measure the whole process: nothing else may run beside them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
