Console.WriteLine("sida");
