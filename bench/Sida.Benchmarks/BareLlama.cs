using Sida.Engine;
using Sida.Engine.Language.Interop;
using Sida.Engine.Language.Sampling;

namespace Sida.Benchmarks;

/// <summary>llama.cpp driven by a plain loop, one sequence, no scheduler and no hidden states: the peer of the engine's scheduler.</summary>
internal sealed unsafe class BareLlama : IDisposable
{
    private const int BatchSize = 256;
    private const int Cells = 4096;

    private readonly LlamaModel _model;
    private readonly LlamaContextHandle _context;
    private readonly LlamaStep _step;
    private int _position;
    private int _next;

    public BareLlama(LlamaModel model, int threads)
    {
        _model = model;
        LlamaContextParams parameters = model.Library.ContextDefaultParams();
        parameters.ContextSize = Cells;
        parameters.BatchSize = BatchSize;
        parameters.MicroBatchSize = BatchSize;
        parameters.SequencesMax = 1;
        parameters.OutputsMax = 1;
        parameters.Threads = threads;
        parameters.ThreadsBatch = threads;
        parameters.FlashAttentionType = LlamaContextParams.FlashAttentionEnabled;
        parameters.UnifiedKv = 1;
        _context = new LlamaContextHandle(model.Library, model.Handle, parameters);
        _step = new LlamaStep(BatchSize, model.HiddenSize, model.VocabularySize);
    }

    /// <summary>Forgets everything and reads a prompt.</summary>
    public void Prefill(int[] prompt)
    {
        nint memory = _model.Library.GetMemory(_context.DangerousGetHandle());
        _model.Library.MemorySequenceRemove(memory, 0, 0, -1);
        for (_position = 0; _position < prompt.Length;)
        {
            _step.Clear();
            for (int end = Math.Min(prompt.Length, _position + BatchSize); _position < end; _position++)
            {
                _step.AddToken(prompt[_position], _position, 0, _position == prompt.Length - 1);
            }

            Run();
        }
    }

    /// <summary>One greedy token.</summary>
    public void Decode()
    {
        _step.Clear();
        _step.AddToken(_next, _position++, 0, true);
        Run();
    }

    public void Dispose() => _context.Dispose();

    private void Run()
    {
        nint context = _context.DangerousGetHandle();
        if (_model.Library.Decode(context, _step.ToBatch()) != 0)
        {
            throw new NativeRuntimeException("llama_decode failed.");
        }

        if (_step.OutputIndexes.Count > 0)
        {
            _next = TokenSampler.ArgMax(new ReadOnlySpan<float>(_model.Library.GetLogits(context, _step.Count - 1), _model.VocabularySize));
        }
    }
}
