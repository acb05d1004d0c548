namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>
/// Reads a pickle of tensors without being able to do anything else: it knows only the opcodes that torch.save writes for a state
/// dict (protocols 2 to 5) and only the names in <see cref="PickleGlobals"/>. Everything else is refused by name. Work and memory
/// are bounded by <see cref="MaxOperations"/>, each of which makes a small object at most.
/// </summary>
internal sealed class PickleMachine
{
    /// <summary>Operations of one pickle; a tensor takes about 35.</summary>
    public const int MaxOperations = 4_000_000;

    private const int MaxStack = 100_000;
    private const int MaxMarks = 100;

    private readonly PickleInput _input;
    private readonly string _file;
    private readonly List<object> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object> _memo = [];

    private PickleMachine(byte[] pickle, string file)
    {
        _input = new PickleInput(pickle, file);
        _file = file;
    }

    /// <summary>Reads a pickle.</summary>
    /// <param name="pickle">Its bytes.</param>
    /// <param name="file">File name for messages.</param>
    /// <returns>The value that it describes.</returns>
    /// <exception cref="CheckpointException">It is damaged, or wants something that no tensor needs.</exception>
    public static object Load(byte[] pickle, string file) => new PickleMachine(pickle, file).Run();

    private object Run()
    {
        for (int count = 0; count < MaxOperations; count++)
        {
            var opcode = (PickleOpcode)_input.Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return _stack.Count == 1 && _marks.Count == 0 && _input.AtEnd ? _stack[0] : throw Damaged("stops too early or too late");
            }

            Execute(opcode);
        }

        throw Damaged($"has more than {MaxOperations} operations");
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: CheckProtocol(_input.Byte()); break;
            case PickleOpcode.Frame: _ = _input.Int64(); break;
            case PickleOpcode.Mark: PushMark(); break;
            case PickleOpcode.None: Push(PickleNone.Value); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)_input.Int32()); break;
            case PickleOpcode.BinInt1: Push((long)_input.Byte()); break;
            case PickleOpcode.BinInt2: Push((long)_input.UInt16()); break;
            case PickleOpcode.Long1: Push(_input.ShortLong()); break;
            case PickleOpcode.BinFloat: Push(_input.Double()); break;
            case PickleOpcode.BinUnicode: Push(_input.Text(_input.UInt32())); break;
            case PickleOpcode.ShortBinUnicode: Push(_input.Text(_input.Byte())); break;
            case PickleOpcode.BinUnicode8: Push(_input.Text(_input.Int64())); break;
            case PickleOpcode.EmptyDict: Push(new PickleDict()); break;
            case PickleOpcode.EmptyList: Push(new PickleList()); break;
            case PickleOpcode.EmptyTuple: Push(new PickleTuple([])); break;
            case PickleOpcode.Tuple: Push(new PickleTuple(PopToMark())); break;
            case PickleOpcode.Tuple1: Push(new PickleTuple(Pop(1))); break;
            case PickleOpcode.Tuple2: Push(new PickleTuple(Pop(2))); break;
            case PickleOpcode.Tuple3: Push(new PickleTuple(Pop(3))); break;
            case PickleOpcode.BinGet: Push(Recall(_input.Byte())); break;
            case PickleOpcode.LongBinGet: Push(Recall(_input.UInt32())); break;
            case PickleOpcode.BinPut: _memo[_input.Byte()] = Top(); break;
            case PickleOpcode.LongBinPut: _memo[_input.UInt32()] = Top(); break;
            case PickleOpcode.Memoize: _memo[_memo.Count] = Top(); break;
            case PickleOpcode.SetItem: SetItems(Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case PickleOpcode.Append: CheckList(Pop(1)); break;
            case PickleOpcode.Appends: CheckList(PopToMark()); break;
            case PickleOpcode.Global: Push(Global(_input.Line(), _input.Line())); break;
            case PickleOpcode.StackGlobal: Push(StackGlobal(Pop(2))); break;
            case PickleOpcode.BinPersId: Push(PickleGlobals.Storage(Pop(1)[0]) ?? throw Damaged("has a persistent id that is no storage")); break;
            case PickleOpcode.Reduce: Push(Call(Pop(2))); break;
            case PickleOpcode.Build: Build(Pop(1)[0]); break;
            default: throw Refused(opcode);
        }
    }

    private void Push(object value)
    {
        if (_stack.Count == MaxStack)
        {
            throw Damaged($"piles up more than {MaxStack} values");
        }

        _stack.Add(value);
    }

    private void PushMark()
    {
        if (_marks.Count == MaxMarks)
        {
            throw Damaged($"nests more than {MaxMarks} deep");
        }

        _marks.Push(_stack.Count);
    }

    private object Top() => _stack.Count > Floor() ? _stack[^1] : throw Damaged("takes a value where there is none");

    private object[] Pop(int count)
    {
        if (_stack.Count - count < Floor())
        {
            throw Damaged("takes a value where there is none");
        }

        object[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object[] PopToMark() => _marks.TryPop(out int mark) ? Pop(_stack.Count - mark) : throw Damaged("ends a group that never began");

    private int Floor() => _marks.TryPeek(out int mark) ? mark : 0;

    private object Recall(long key) => _memo.TryGetValue(key, out object? value) ? value : throw Damaged("recalls a value that it never stored");

    private void SetItems(object[] items)
    {
        if (Top() is not PickleDict dict || items.Length % 2 != 0)
        {
            throw Damaged("sets items of something that is no dict");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            dict.Add(items[i], items[i + 1]);
        }
    }

    private void CheckList(object[] items)
    {
        if (Top() is not PickleList)
        {
            throw Damaged($"appends {items.Length} values to something that is no list");
        }
    }

    private PickleValue StackGlobal(object[] names) =>
        names is [string module, string name] ? Global(module, name) : throw Damaged("asks for a Python name that is no text");

    private PickleValue Global(string module, string name) => PickleGlobals.Find(module, name) ?? throw new CheckpointException(
        $"{_file}: the pickle asks for {CheckpointFolder.Quote(module + "." + name)}, which no tensor needs; nothing of it was run. "
        + "Don't load this file elsewhere unless you trust its origin; use a safetensors copy.");

    private object Call(object[] callAndArguments)
    {
        if (callAndArguments is not [PickleFunction function, PickleTuple arguments])
        {
            throw Damaged("calls something that is no function");
        }

        return function.Call(arguments.Items) ?? throw Damaged($"gives {function.Name} arguments that it doesn't take");
    }

    /// <summary>The attributes of an OrderedDict: torch keeps module versions there (`_metadata`), which no weight depends on.</summary>
    private void Build(object state)
    {
        if (Top() is not PickleDict || state is not PickleDict)
        {
            throw Refused(PickleOpcode.Build);
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw Damaged($"has protocol {protocol}, but torch writes 2 to 5");
        }
    }

    private CheckpointException Refused(PickleOpcode opcode)
    {
        string name = Enum.IsDefined(opcode) ? opcode.ToString().ToUpperInvariant() : $"0x{(byte)opcode:X2}";
        return new CheckpointException(
            $"{_file}: the pickle uses the opcode {name} at byte {_input.Position - 1}, which no tensor needs; nothing of it was run. "
            + "Don't load this file elsewhere unless you trust its origin; use a safetensors copy.");
    }

    private CheckpointException Damaged(string problem) => new($"{_file}: the pickle {problem} (at byte {_input.Position}); download it again.");
}
