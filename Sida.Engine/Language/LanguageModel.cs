using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;
using Sida.Engine.Language.Scheduling;

namespace Sida.Engine.Language;

/// <summary>A loaded LLaMA model that serves many requests at once. Thread-safe.</summary>
internal sealed class LanguageModel : IDisposable
{
    private readonly LlamaModel _model;
    private readonly GenerationScheduler _scheduler;
    private readonly IDisposable _nativeLog;

    private LanguageModel(LlamaModel model, LlamaContextOptions sizes, LanguageModelOptions options, IDisposable nativeLog)
    {
        _model = model;
        _nativeLog = nativeLog;
        LlamaContext context = new(model, sizes);
        ContextPositions = Math.Min(context.Cells, model.TrainedContext);
        _scheduler = new GenerationScheduler(context, options, sizes);
    }

    /// <summary>Width H of hidden states and embedding rows.</summary>
    public int HiddenSize => _model.HiddenSize;

    /// <summary>Token ids are below this.</summary>
    public int VocabularySize => _model.VocabularySize;

    /// <summary>The longest prompt and answer together: what the KV cache holds, but no more than the model was trained for.</summary>
    public int ContextPositions { get; }

    /// <summary>What it runs on, for example <c>CPU (Intel Xeon)</c> or <c>CUDA0 (NVIDIA H200)</c>.</summary>
    public string Device => _model.Device.Name;

    /// <summary>Bytes of weights.</summary>
    public long WeightBytes => _model.WeightBytes;

    /// <summary>
    /// Processor threads, from the next step on. llama.cpp's threads wait for each other busily, so that a step crawls when other work
    /// wants the same cores: whoever computes beside the model should leave it cores of its own and give them back afterwards.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Threads
    {
        get => _scheduler.Threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _scheduler.Threads = value;
        }
    }

    /// <summary>How busy it is.</summary>
    public SchedulerState State => _scheduler.State;

    /// <summary>Checks and loads a GGUF file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="logger">Hears llama.cpp's lines as well.</param>
    /// <param name="cancellation">Stops loading.</param>
    /// <exception cref="PackageException">The file is missing, damaged or no LLaMA model of Sida's making.</exception>
    /// <exception cref="NativeRuntimeException">llama.cpp is missing or failed, or the device doesn't exist.</exception>
    /// <exception cref="RequestException">An option is out of range.</exception>
    public static Task<LanguageModel> LoadAsync(string path, LanguageModelOptions options, ILogger logger, CancellationToken cancellation)
    {
        options.Check();
        return Task.Run(() => Load(path, options, logger, cancellation), cancellation);
    }

    /// <summary>Continues a prompt, or scores a forced answer. Nothing happens before the first event is asked for.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="cancellation">Gives the request up within one step; leaving the enumeration early does the same.</param>
    /// <returns>The events in order. Their enumeration throws <see cref="BusyException"/> when the queue is full.</returns>
    /// <exception cref="RequestException">The request can't be served as it is.</exception>
    public IAsyncEnumerable<GenerationStep> GenerateAsync(GenerationRequest request, CancellationToken cancellation = default)
    {
        request.Sampling.Check();
        if (request.MaxNewTokens < 1)
        {
            throw new RequestException($"An answer of at most {request.MaxNewTokens} tokens was asked for; it must be at least 1.");
        }

        GenerationJob job = new(request, new PromptLayout(request, HiddenSize, VocabularySize), ContextPositions);
        return StreamAsync(job, cancellation);
    }

    /// <summary>Waits for the running step, fails what isn't finished, and frees the memory.</summary>
    public void Dispose()
    {
        _scheduler.Dispose();
        _model.Dispose();
        _nativeLog.Dispose();
    }

    private static LanguageModel Load(string path, LanguageModelOptions options, ILogger logger, CancellationToken cancellation)
    {
        LlamaFileInfo info = LlamaFileCheck.Check(GgufFile.Open(path));
        IDisposable nativeLog = LlamaLibrary.Instance.Log.Listen((level, line) => LanguageLog.NativeLine(logger, level, line));
        LlamaModel? model = null;
        try
        {
            model = LlamaModel.Load(path, options.Device, cancellation);
            LlamaContextOptions sizes = ContextSizes.Choose(info, options, model.Device.IsGpu);
            LanguageModel loaded = new(model, sizes, options, nativeLog);
            LanguageLog.ModelLoaded(logger, model.Description, model.Device.Name, loaded.ContextPositions, sizes.Threads);
            return loaded;
        }
        catch
        {
            model?.Dispose();
            nativeLog.Dispose();
            throw;
        }
    }

    private async IAsyncEnumerable<GenerationStep> StreamAsync(GenerationJob job, [EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _scheduler.Submit(job);
        try
        {
            await foreach (GenerationStep step in job.Events.ReadAllAsync(cancellation))
            {
                yield return step;
            }
        }
        finally
        {
            _scheduler.Cancel(job);
        }
    }
}
