using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;

namespace Sida.Engine.Language;

/// <summary>Turns wishes into the sizes of a context.</summary>
internal static class ContextSizes
{
    private const int Granularity = 256;
    private const int PositionsPerRequest = 1024;
    private const int OutputsPerStep = 64;
    private const int ProcessorBatch = 256;
    private const int GpuBatch = 512;

    /// <summary>Fits the KV cache into the memory allowed, and gives each request that may run at once its usual length.</summary>
    public static LlamaContextOptions Choose(LlamaFileInfo info, LanguageModelOptions options, bool gpu)
    {
        bool full = options.FullPrecisionCache ?? info.FullPrecision;
        long bytesPerPosition = (long)info.Layers * info.CachedNumbersPerLayer * (full ? sizeof(float) : sizeof(ushort));
        int cells = options.ContextPositions > 0
            ? (options.ContextPositions + Granularity - 1) / Granularity * Granularity
            : Affordable(info, options, bytesPerPosition);
        int sequences = options.MaxConcurrent + options.CachedSequences;
        int batch = options.BatchSize > 0 ? options.BatchSize : gpu ? GpuBatch : ProcessorBatch;
        batch = Math.Min(cells, Math.Max(batch, sequences));
        int outputs = Math.Min(batch, Math.Max(sequences, OutputsPerStep));
        int threads = options.Threads > 0 ? options.Threads : ProcessorCores.Physical;
        return new LlamaContextOptions(cells, sequences, batch, outputs, threads, full);
    }

    private static int Affordable(LlamaFileInfo info, LanguageModelOptions options, long bytesPerPosition)
    {
        long memory = Math.Min(options.CacheBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        long useful = Math.Max((long)options.MaxConcurrent * PositionsPerRequest, info.TrainedContext);
        long cells = Math.Min(useful, memory / bytesPerPosition) / Granularity * Granularity;
        return (int)Math.Max(cells, Granularity);
    }
}
