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

    private readonly PickleInput _input;
    private readonly string _file;
    private readonly PickleStack _stack;
    private readonly Dictionary<long, object> _memo = [];

    private PickleMachine(byte[] pickle, string file)
    {
        _input = new PickleInput(pickle, file);
        _stack = new PickleStack(_input);
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
                return _stack.Result is { } result && _input.AtEnd ? result : throw _input.Damaged("stops too early or too late");
            }

            Execute(opcode);
        }

        throw _input.Damaged($"has more than {MaxOperations} operations");
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: CheckProtocol(_input.Byte()); break;
            case PickleOpcode.Frame: _ = _input.Int64(); break;
            case PickleOpcode.Mark: _stack.PushMark(); break;
            case PickleOpcode.None: _stack.Push(PickleNone.Value); break;
            case PickleOpcode.NewTrue: _stack.Push(true); break;
            case PickleOpcode.NewFalse: _stack.Push(false); break;
            case PickleOpcode.BinInt: _stack.Push((long)_input.Int32()); break;
            case PickleOpcode.BinInt1: _stack.Push((long)_input.Byte()); break;
            case PickleOpcode.BinInt2: _stack.Push((long)_input.UInt16()); break;
            case PickleOpcode.Long1: _stack.Push(_input.ShortLong()); break;
            case PickleOpcode.BinFloat: _stack.Push(_input.Double()); break;
            case PickleOpcode.BinUnicode: _stack.Push(_input.Text(_input.UInt32())); break;
            case PickleOpcode.ShortBinUnicode: _stack.Push(_input.Text(_input.Byte())); break;
            case PickleOpcode.BinUnicode8: _stack.Push(_input.Text(_input.Int64())); break;
            case PickleOpcode.EmptyDict: _stack.Push(new PickleDict()); break;
            case PickleOpcode.EmptyList: _stack.Push(new PickleList()); break;
            case PickleOpcode.EmptyTuple: _stack.Push(new PickleTuple([])); break;
            case PickleOpcode.Tuple: _stack.Push(new PickleTuple(_stack.PopToMark())); break;
            case PickleOpcode.Tuple1: _stack.Push(new PickleTuple(_stack.Pop(1))); break;
            case PickleOpcode.Tuple2: _stack.Push(new PickleTuple(_stack.Pop(2))); break;
            case PickleOpcode.Tuple3: _stack.Push(new PickleTuple(_stack.Pop(3))); break;
            case PickleOpcode.BinGet: _stack.Push(Recall(_input.Byte())); break;
            case PickleOpcode.LongBinGet: _stack.Push(Recall(_input.UInt32())); break;
            case PickleOpcode.BinPut: _memo[_input.Byte()] = _stack.Top(); break;
            case PickleOpcode.LongBinPut: _memo[_input.UInt32()] = _stack.Top(); break;
            case PickleOpcode.Memoize: _memo[_memo.Count] = _stack.Top(); break;
            case PickleOpcode.SetItem: SetItems(_stack.Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(_stack.PopToMark()); break;
            case PickleOpcode.Append: CheckList(_stack.Pop(1)); break;
            case PickleOpcode.Appends: CheckList(_stack.PopToMark()); break;
            case PickleOpcode.Global: _stack.Push(Global(_input.Line(), _input.Line())); break;
            case PickleOpcode.StackGlobal: _stack.Push(StackGlobal(_stack.Pop(2))); break;
            case PickleOpcode.BinPersId: _stack.Push(PickleGlobals.Storage(_stack.Pop(1)[0]) ?? throw _input.Damaged("has a persistent id that is no storage")); break;
            case PickleOpcode.Reduce: _stack.Push(Call(_stack.Pop(2))); break;
            case PickleOpcode.Build: Build(_stack.Pop(1)[0]); break;
            default: throw Refused(opcode);
        }
    }

    private object Recall(long key) => _memo.TryGetValue(key, out object? value) ? value : throw _input.Damaged("recalls a value that it never stored");

    private void SetItems(object[] items)
    {
        if (_stack.Top() is not PickleDict dict || items.Length % 2 != 0)
        {
            throw _input.Damaged("sets items of something that is no dict");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            dict.Add(items[i], items[i + 1]);
        }
    }

    private void CheckList(object[] items)
    {
        if (_stack.Top() is not PickleList)
        {
            throw _input.Damaged($"appends {items.Length} values to something that is no list");
        }
    }

    private PickleValue StackGlobal(object[] names) =>
        names is [string module, string name] ? Global(module, name) : throw _input.Damaged("asks for a Python name that is no text");

    private PickleValue Global(string module, string name) => PickleGlobals.Find(module, name) ?? throw new CheckpointException(
        $"{_file}: the pickle asks for {CheckpointFolder.Quote(module + "." + name)}, which no tensor needs; nothing of it was run. "
        + "Don't load this file elsewhere unless you trust its origin; use a safetensors copy.");

    private object Call(object[] callAndArguments)
    {
        if (callAndArguments is not [PickleFunction function, PickleTuple arguments])
        {
            throw _input.Damaged("calls something that is no function");
        }

        return function.Call(arguments.Items) ?? throw _input.Damaged($"gives {function.Name} arguments that it doesn't take");
    }

    /// <summary>The attributes of an OrderedDict: torch keeps module versions there (`_metadata`), which no weight depends on.</summary>
    private void Build(object state)
    {
        if (_stack.Top() is not PickleDict || state is not PickleDict)
        {
            throw Refused(PickleOpcode.Build);
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw _input.Damaged($"has protocol {protocol}, but torch writes 2 to 5");
        }
    }

    private CheckpointException Refused(PickleOpcode opcode)
    {
        string name = Enum.IsDefined(opcode) ? opcode.ToString().ToUpperInvariant() : $"0x{(byte)opcode:X2}";
        return new CheckpointException(
            $"{_file}: the pickle uses the opcode {name} at byte {_input.Position - 1}, which no tensor needs; nothing of it was run. "
            + "Don't load this file elsewhere unless you trust its origin; use a safetensors copy.");
    }
}
